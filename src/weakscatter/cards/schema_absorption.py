"""Keys of cards with task = "absorption"."""

from weakscatter.cards.key import Key

PARTICLES = ("photon", "dark-photon", "axion-like-particle")

TOP: dict[str, Key] = {
    "element": Key("text", "the atom, like 'Xe'", required=True),
    "particle": Key("word", "what is absorbed", words=PARTICLES, required=True),
    "mass": Key("quantity", "of the particle; a photon has none", "energy", least=0.0),
    "coupling": Key("number", "g_ae of an axion-like particle, kinetic mixing of a dark photon", least=0.0),
    "polarisation": Key("word", "of a dark photon", words=("transverse", "longitudinal")),
    "table": Key(
        "word", "photoabsorption cross sections, see `weakscatter list photoabsorption-tables`",
        words=("henke", "elam", "chantler", "independent-particle"), default="henke",
    ),
    "table_file": Key("file", "a table of one's own: CSV with photon_energy (eV) and cross_section (Mb), per atom"),
    "medium_density": Key(
        "quantity", "mass density of the medium that screens dark photons; free atoms without it", "g/cm^3", above=0.0
    ),
    "halo_density": Key(
        "quantity", "local density of a halo of these particles, like '0.3 GeV/cm^3'; gives halo_rate", "GeV/cm^3", above=0.0
    ),
    "flux_file": Key(
        "file", "CSV with energy (keV) and flux (1/(cm^2 s keV)) of arriving particles; gives dR_dE at its energies"
    ),
}  # fmt: skip

OUTPUT: dict[str, Key] = {
    "energy": Key("grid", "total energies of the particle, above its mass", "energy", above=0.0),
}

RESULTS: dict[str, str] = {
    "energy": "keV",
    "cross_section": "cm^2",
    "halo_energy": "keV",
    "halo_rate": "1/(kg d)",
    "flux_energy": "keV",
    "dR_dE": "1/(kg d keV)",
}
