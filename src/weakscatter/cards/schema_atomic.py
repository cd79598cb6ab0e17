"""Keys of cards with task = "atomic-structure", "photoabsorption" and "atomic-response"."""

from weakscatter.cards.key import Key

_ATOM: dict[str, Key] = {
    "element": Key("text", "the atom, like 'Xe'", required=True),
    "charge": Key("integer", "of the ion; negative for I-", least=-10.0, most=118.0, default=0),
    "configuration": Key(
        "text", "electrons by subshell, like '[Ar] 3d10 4s2 4p2'", otherwise="the ground configuration"
    ),
}

_NUCLEUS = Key(
    "nucleus",
    "'point', or { model = 'fermi', rms_radius = '4.07 fm' }; without rms_radius the measured one of the most abundant isotope",
    default={"model": "fermi"},
)

STRUCTURE_TOP: dict[str, Key] = {
    **_ATOM,
    "method": Key(
        "word", "one configuration (open shells: their average), or the J = 0 pair of np^2",
        words=("dirac-fock", "mcdf"), default="dirac-fock",
    ),
    "nucleus": _NUCLEUS,
    "breit": Key(
        "word", "the Breit interaction: not at all, or its expectation value beside the other energies",
        words=("none", "first-order"), default="none",
    ),
}  # fmt: skip

PHOTO_TOP: dict[str, Key] = {
    **_ATOM,
    "method": Key(
        "word",
        "coupled channels of closed shells (rrpa) or of np^2 (mcrrpa), or one electron in the field of the ion",
        words=("rrpa", "mcrrpa", "independent-particle"),
        otherwise="rrpa for closed shells, mcrrpa for np^2",
    ),
    "nucleus": _NUCLEUS,
    "active": Key("active", "shells that respond, like ['4d', '5p3/2'], or 'all'", default="all"),
    "thresholds": Key(
        "thresholds",
        "'ab-initio', 'measured' (edges of Elam et al. 2002, where tabulated), or { '4d5/2' = '67.5 eV' }; length and velocity "
        "differ where they are shifted",
        default="ab-initio",
    ),
}

PHOTO_OUTPUT: dict[str, Key] = {
    "photon_energy": Key("grid", "photon energies", "energy", above=0.0, required=True),
}

RESPONSE_TOP: dict[str, Key] = {
    **_ATOM,
    "method": PHOTO_TOP["method"],
    "nucleus": _NUCLEUS,
    "active": PHOTO_TOP["active"],
    "currents": Key(
        "names", "pairs of currents, like ['vector-vector', 'vector-axial']", default=["vector-vector"]
    ),
    "multipoles": Key(
        "table",
        "{ max_j = 7, coupled_j = 3 }: largest rank, and largest one with correlation; higher ones by one electron",
        words=("max_j", "coupled_j"),
        otherwise="as many as are needed, the first three coupled",
    ),
}

RESPONSE_OUTPUT: dict[str, Key] = {
    "energy_transfer": Key("grid", "energy transfers", "energy", above=0.0, required=True),
    "momentum_transfer": Key("grid", "momentum transfers", "energy", above=0.0, required=True),
}

RESPONSE_RESULTS: dict[str, str] = {
    "energy_transfer": "keV",
    "momentum_transfer": "keV",
    **dict.fromkeys(
        (
            "R_00", "R_03", "R_33", "R_11_22", "R_00_axial", "R_03_axial", "R_33_axial", "R_11_22_axial", "R_12_21", "R_scalar",
            "R_pseudoscalar",
        ),
        "1/keV",
    ),
}  # fmt: skip

STRUCTURE_RESULTS: dict[str, str] = {
    "total_energy": "hartree",
    "energy_breit": "hartree",
    "energy_breit_magnetic": "hartree",
    "energy_breit_retardation": "hartree",
    "orbital_energy": "eV",
    "orbital_energy_breit": "eV",
    "mean_radius": "a0",
}

PHOTO_RESULTS: dict[str, str] = {
    "photon_energy": "eV",
    "sigma_length": "Mb",
    "sigma_velocity": "Mb",
    "sigma_by_subshell": "Mb",
    "threshold": "eV",
    "static_polarisability": "a0^3",
    "polarisability": "a0^3",
}
