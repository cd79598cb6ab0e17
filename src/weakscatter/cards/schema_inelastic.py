"""Keys of [response] where nuclei are left in an excited level."""

from weakscatter.cards.key import Key

#: What `final` may say besides the name of a level.
ELASTIC, INELASTIC = "elastic", "inelastic"

FINAL = Key(
    "text",
    "what is left: 'elastic', 'inelastic' for all levels of a table of amplitudes, or one level such as '1+ 2'",
    otherwise="elastic",
)

TABLE: dict[str, Key] = {
    "final": FINAL,
    "amplitudes": Key(
        "file", "table made by `weakscatter tabulate nuclear`", otherwise="that of the package"
    ),
    "axial_quenching": Key(
        "number", "multiplies the axial current, its rates by the square", least=0.0, most=1.0, default=1.0
    ),
    "energies": Key(
        "by nuclide",
        "excitation energies by level, { '1+ 2' = '15.11 MeV' }",
        "energy",
        least=0.0,
        otherwise="those of the table",
    ),
}

#: Units of what such cards add to their results.
CROSS_SECTION_RESULTS = {
    "excitation_energy": "MeV",
    "sigma_level": "cm^2",
    "photon_energy": "MeV",
    "photon_cross_section": "cm^2",
}
RATE_RESULTS = {"excitation_energy": "MeV", "photon_energy": "MeV"}
