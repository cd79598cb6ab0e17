"""Keys of cards with task = "rate" and a source of kind "dark-matter-beam"."""

from weakscatter.cards.key import Key

#: Channels by the words of a card, and the key without which each says nothing.
CHANNELS = {
    "pi0": "pi0_per_proton",
    "pi-minus-capture": "captures_per_proton",
    "cascade": "photon_file",
    "eta": "eta_per_proton",
}
NORMALISATIONS = ("photon-branching", "every-capture", "like-pi0")

SOURCE: dict[str, Key] = {
    "production": Key("names", f"channels of production: {', '.join(CHANNELS)}", required=True),
    "protons": Key("number", "protons on target in the exposure", above=0.0, required=True),
    "pi0_per_proton": Key("number", "pi0 per proton, known to 10 to 20 %", least=0.0),
    "pion_kinetic_energy": Key(
        "quantity", "kinetic energy of the pi0 (and eta), which fly in all directions", "energy", least=0.0, default="0 MeV"
    ),
    "off_shell": Key("switch", "decays of pi0 and eta through a virtual mediator too", default=False),
    "captures_per_proton": Key("number", "captured pi- per proton", least=0.0),
    "capture_normalisation": Key(
        "word", "of pi- capture; none is settled", words=NORMALISATIONS, otherwise="photon-branching with pi- capture"
    ),
    "photon_branching": Key(
        "number", "of a capture, 0.39 on free hydrogen and a few per cent on heavy nuclei", least=0.0, most=1.0,
        otherwise="free hydrogen",
    ),
    "photon_file": Key(
        "file", "CSV of cascade photons with low (MeV), high (MeV) and per_proton (1); photons of pi0 left out of it"
    ),
    "eta_per_proton": Key("number", "eta per proton", least=0.0),
    "decay": Key(
        "word", "of the mediator in its rest frame; 'transverse' as behind pi0 -> gamma A'", words=("isotropic", "transverse"),
        default="isotropic",
    ),
    "distance": Key("quantity", "from source to detector", "length", above=0.0, required=True),
    "pulse_mean": Key("quantity", "mean of the Gaussian proton pulse on the detector's clock", "time"),
    "pulse_width": Key("quantity", "standard deviation of the proton pulse", "time", above=0.0),
}  # fmt: skip

DARK_MATTER: dict[str, Key] = {
    "spin": Key("word", "what dark matter is; particle and antiparticle are counted both", words=("dirac", "scalar"), default="dirac"),
    "mass": Key("quantity", "mass of dark matter", "energy", above=0.0, required=True),
    "mediator_mass": Key("quantity", "mass of the vector mediator", "energy", above=0.0, required=True),
    "epsilon": Key("number", "kinetic mixing, or g_B/e of a boson of baryon number; its square enters", required=True),
    "alpha_dark": Key("number", "g_D^2/(4 pi)", least=0.0, default=0.5),
    "couples_to": Key("word", "what the mediator couples to", words=("charge", "baryon-number"), default="charge"),
}  # fmt: skip

OUTPUT: dict[str, Key] = {
    "recoil_energy": Key("grid", "recoil energies", "energy", above=0.0, otherwise="60 points, log, 0.1 keV to T_max"),
    "chi_energy": Key("grid", "total energies of dark matter", "energy", above=0.0, otherwise="200 points over the spectrum"),
    "window": Key(
        "window", "count recoils between two energies, the upper one may be 'inf'", "energy", least=0.0, default=["0 keV", "inf"]
    ),
    "time_edges": Key("grid", "cells of the arrival time; needs pulse_mean and pulse_width", "time"),
    "errors": Key("switch", "not for this source", default=False),
}  # fmt: skip

RESULTS: dict[str, str] = {
    "recoil_energy": "keV",
    "chi_energy": "MeV",
    "dPhi_dE": "1/(cm^2 MeV)",
    "dPhi_dE_by_channel": "1/(cm^2 MeV)",
    "flux_total": "1/cm^2",
    "flux_by_channel": "1/cm^2",
    "dN_dT": "1/keV",
    "recoil_energy_max": "keV",
    "time_edges": "us",
}
