"""Keys of a card with task = "shell-model"."""

from weakscatter.cards.key import Key

TOP: dict[str, Key] = {
    "nuclide": Key("text", "the nucleus, like 'Ne20'", required=True),
    "states": Key("integer", "how many of the lowest states", least=1.0, most=1000.0, default=10),
    "m": Key("integer", "M of the basis of an even nucleus; states with J < M are not found", least=0.0),
    "two_m": Key("integer", "2 M of the basis", least=0.0, otherwise="0 or 1, which contain every J"),
    "two_j": Key("integer", "only states with this 2 J", least=0.0),
    "spins": Key(
        "word",
        "'even' or 'odd': only states with even or odd J, in half the basis; needs M = 0",
        words=("all", "even", "odd"),
        default="all",
    ),
    "parity": Key(
        "word", "parity of the states", words=("+", "-"), otherwise="that of the lightest configurations"
    ),
    "truncation": Key(
        "truncation",
        "'none', { excitation = W, weights = { '0f7/2' = 0, ... } } (weights of the orbit list where left out), or { lower = "
        "['0f7/2'], jumps = n } for at most n nucleons lifted out of these orbits; 'p 0f7/2' is that of protons alone",
        default="none",
    ),
    "tolerance": Key("quantity", "largest residual |H x - E x|", "energy", above=0.0, default="1e-6 MeV"),
    "threads": Key("integer", "threads of the matrix product", least=1.0, most=256.0, default=1),
    "memory_limit": Key(
        "number", "GB; a run that needs more is refused", above=0.0, otherwise="0.9 of what is free"
    ),
    "saved": Key(
        "file", "HDF5 file of an interrupted run, which goes on from it; written every five minutes"
    ),
}

SECTIONS: dict[str, dict[str, Key]] = {
    "interaction": {
        "file": Key("file", "a .snt or .int file"),
        "name": Key("text", "an interaction of the package: 'cohen-kurath'"),
        "orbits": Key(
            "orbits",
            "of a .int file: its .sps or .sp list, names like ['0d3/2', '0d5/2', '1s1/2'], or { protons = [...], neutrons = [...] }",
        ),
        "core": Key("text", "of a .int file: the closed core, like 'O16'", otherwise="that of the orbit list"),
        "elements": Key(
            "word",
            "of a .int file with proton and neutron orbits: the proton-neutron elements",
            words=("normalised", "unnormalised"),
        ),
        "mass_scaling": Key(
            "scaling",
            "'none', or { reference = A0, power = x } for elements times (A/A0)^x, where the file does not state it",
            otherwise="as the file states it",
        ),
        "scaling": Key("scaling", "the same as mass_scaling"),
    },
    "space": {
        "core": Key("text", "the closed core of the interaction, like 'O16'"),
        "protons": Key("names", "orbits that protons may occupy in part", default=[]),
        "neutrons": Key("names", "orbits that neutrons may occupy in part", default=[]),
        "filled_protons": Key("names", "orbits that are full of protons", default=[]),
        "filled_neutrons": Key("names", "orbits that are full of neutrons", default=[]),
    },
    "strength": {
        "operator": Key(
            "word", "operator of the strength function from the lowest state",
            words=("gamow-teller-neutral", "m1", "e2"), default="gamow-teller-neutral",
        ),
        "lanczos_vectors": Key("integer", "Lanczos steps for each J of the final states", least=1.0, most=1000.0, default=60),
        "charges": Key("numbers", "effective charges of proton and neutron, for e2: there is no default"),
        "oscillator_energy": Key(
            "quantity", "hbar omega of the radial functions, for e2", "energy", above=0.0,
            otherwise="45 A^(-1/3) - 25 A^(-2/3) MeV",
        ),
        "radial_sign": Key(
            "word", "where radial functions are positive in the interaction", words=("origin", "infinity"), default="origin"
        ),
        "g_l": Key("numbers", "orbital g factors of proton and neutron, for m1", default=[1.0, 0.0]),
        "g_s": Key("numbers", "spin g factors of proton and neutron, for m1", otherwise="those of free nucleons"),
        "quenching": Key("number", "multiplies the operator of gamow-teller-neutral", above=0.0, default=1.0),
    },
    "cross_section": {
        "energy": Key("grid", "neutrino energies", "energy", above=0.0, required=True),
        "antineutrino": Key("switch", "antineutrinos", default=False),
        "axial_coupling": Key("number", "g_A", above=0.0, otherwise="1.2756"),
        "axial_quenching": Key("number", "multiplies the axial current", least=0.0, most=1.0, default=1.0),
        "oscillator_energy": Key(
            "quantity", "hbar omega of the radial functions", "energy", above=0.0, otherwise="45 A^(-1/3) - 25 A^(-2/3) MeV"
        ),
        "radial_sign": Key(
            "word", "where radial functions are positive in the interaction; 'detect' by B(E2)",
            words=("origin", "infinity", "detect"), default="detect",
        ),
        "units": Key("fixed", "{ sigma = unit }", default={}),
    },
    "strengths": {
        "operators": Key("names", "strengths from one state to all: 'E2', 'M1', 'GT0'", required=True),
        "initial": Key("integer", "the state they start from, 1 is the lowest", least=1.0, default=1),
        "charges": Key("numbers", "effective charges of proton and neutron, for E2: there is no default"),
        "oscillator_energy": Key(
            "quantity", "hbar omega of the radial functions, for E2", "energy", above=0.0,
            otherwise="45 A^(-1/3) - 25 A^(-2/3) MeV",
        ),
        "radial_sign": Key(
            "word", "where radial functions are positive in the interaction", words=("origin", "infinity"), default="origin"
        ),
        "g_l": Key("numbers", "orbital g factors of proton and neutron, for M1", default=[1.0, 0.0]),
        "g_s": Key("numbers", "spin g factors of proton and neutron, for M1", otherwise="those of free nucleons"),
        "quenching": Key("number", "multiplies the operator of GT0", above=0.0, default=1.0),
    },
}  # fmt: skip

OUTPUT: dict[str, Key] = {
    "occupations": Key("switch", "also the valence nucleons by state and orbit", default=False),
    "densities": Key("text", "write one-body densities between all states into this .dres file"),
}

RESULTS: dict[str, str] = {
    "energy": "MeV",
    "excitation_energy": "MeV",
    "residual": "MeV",
    "strength_energy": "MeV",
    "strength_centroid": "MeV",
    "neutrino_energy": "MeV",
    "sigma": "cm^2",
    "sigma_long_wavelength": "cm^2",
}
