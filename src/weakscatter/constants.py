"""Physical constants: a catalogue with uncertainty and source, and the same numbers as plain floats.

``CATALOGUE[name]`` keeps the published value in its published unit; the module attribute of the same name
is that value in natural units (``constants.G_F`` in MeV^-2). The values are those the CEvNS literature uses
(Particle Data Group 2020-2022, CODATA 2018); ``note`` says where another edition differs.
"""

import math
from dataclasses import dataclass

from weakscatter.units import factor


@dataclass(frozen=True)
class Constant:
    """A number of nature as published.

    ``value`` and ``uncertainty`` (one standard deviation, 0 for exact or defined) are in ``unit``; ``source`` is
    a key of the bibliography; ``note`` states convention and differences between editions.
    """

    name: str
    value: float
    uncertainty: float
    unit: str
    source: str
    note: str = ""

    @property
    def citations(self) -> tuple[str, ...]:
        """Keys of the bibliography."""
        return (self.source,)

    @property
    def natural(self) -> float:
        """The value in natural units (power of MeV)."""
        return self.value * factor(self.unit)


_ALPHA = 1.0 / 137.035999084
_M_E = 0.51099895000

_ROWS = (
    # name, value, uncertainty, unit, source, note
    (
        "G_F",
        1.1663787e-5,
        6e-12,
        "1/GeV^2",
        "pdg2020",
        "Fermi constant from the muon lifetime; ...788 since 2022",
    ),
    (
        "alpha",
        _ALPHA,
        1.1e-12,
        "",
        "codata2018",
        "fine-structure constant at zero momentum, 1/137.035999084(21)",
    ),
    ("m_e", _M_E, 1.5e-10, "MeV", "codata2018", ""),
    ("m_mu", 105.6583755, 2.3e-6, "MeV", "codata2018", ""),
    ("m_tau", 1776.86, 0.12, "MeV", "pdg2020", "1776.93(9) since 2024"),
    ("m_pi", 139.57039, 0.00018, "MeV", "pdg2020", "charged pion"),
    ("m_pi0", 134.9768, 0.0005, "MeV", "pdg2020", ""),
    ("m_eta", 547.862, 0.017, "MeV", "pdg2020", ""),
    ("pi0_to_photons", 0.98823, 0.00034, "", "pdg2020", "branching ratio of pi0 -> gamma gamma"),
    (
        "eta_to_photons",
        0.3941,
        0.0020,
        "",
        "pdg2020",
        "branching ratio of eta -> gamma gamma; 0.3936(18) since 2022",
    ),
    ("m_p", 938.27208816, 2.9e-7, "MeV", "codata2018", ""),
    ("m_n", 939.56542052, 5.4e-7, "MeV", "codata2018", ""),
    ("m_W", 80.379e3, 12.0, "MeV", "pdg2020", "80.377(12) GeV since 2022"),
    ("m_Z", 91.1876e3, 2.1, "MeV", "pdg2020", ""),
    ("u", 931.49410242, 2.8e-7, "MeV", "codata2018", "unit of atomic masses; ...372 in CODATA 2022"),
    ("N_A", 6.02214076e23, 0.0, "", "si2019", "particles per mole, exact"),
    (
        "sin2_theta_w_0",
        0.23857,
        0.00005,
        "",
        "cadeddu2018",
        "MS-bar at zero momentum; 0.23863(5) in later PDG",
    ),
    (
        "sin2_theta_w_mz",
        0.23122,
        0.00004,
        "",
        "pdg2020",
        "MS-bar at m_Z; never with tree couplings at low energy",
    ),
    ("g_A", 1.2756, 0.0013, "", "pdg2020", "axial coupling of neutron decay, g_A/g_V; 1.2754(13) since 2022"),
    ("mu_p", 2.79284734463, 8.2e-10, "", "codata2018", "proton magnetic moment in nuclear magnetons"),
    ("mu_n", -1.91304273, 4.5e-7, "", "codata2018", "neutron magnetic moment in nuclear magnetons"),
    ("proton_radius_squared", 0.7071, 0.0007, "fm^2", "pdg2020", "charge, (0.8409(4) fm)^2, muonic hydrogen"),
    ("neutron_radius_squared", -0.1161, 0.0022, "fm^2", "pdg2020", "charge; -0.1155(17) fm^2 since 2022"),
    ("tau_pi", 26.033, 0.005, "ns", "pdg2020", "charged-pion lifetime"),
    ("tau_mu", 2196.9811, 0.0022, "ns", "pdg2020", "muon lifetime"),
    (
        "mu_B",
        math.sqrt(4.0 * math.pi * _ALPHA) / (2.0 * _M_E),
        1e-10,
        "1/MeV",
        "codata2018",
        "Bohr magneton e/(2 m_e) with e = sqrt(4 pi alpha) (Heaviside-Lorentz)",
    ),
)

CATALOGUE: dict[str, Constant] = {row[0]: Constant(*row) for row in _ROWS}

G_F = CATALOGUE["G_F"].natural
alpha = CATALOGUE["alpha"].natural
m_e = CATALOGUE["m_e"].natural
m_mu = CATALOGUE["m_mu"].natural
m_tau = CATALOGUE["m_tau"].natural
m_pi = CATALOGUE["m_pi"].natural
m_pi0 = CATALOGUE["m_pi0"].natural
m_eta = CATALOGUE["m_eta"].natural
pi0_to_photons = CATALOGUE["pi0_to_photons"].natural
eta_to_photons = CATALOGUE["eta_to_photons"].natural
m_p = CATALOGUE["m_p"].natural
m_n = CATALOGUE["m_n"].natural
m_W = CATALOGUE["m_W"].natural
m_Z = CATALOGUE["m_Z"].natural
u = CATALOGUE["u"].natural
N_A = CATALOGUE["N_A"].natural
sin2_theta_w_0 = CATALOGUE["sin2_theta_w_0"].natural
sin2_theta_w_mz = CATALOGUE["sin2_theta_w_mz"].natural
g_A = CATALOGUE["g_A"].natural
mu_p = CATALOGUE["mu_p"].natural
mu_n = CATALOGUE["mu_n"].natural
proton_radius_squared = CATALOGUE["proton_radius_squared"].natural
neutron_radius_squared = CATALOGUE["neutron_radius_squared"].natural
tau_pi = CATALOGUE["tau_pi"].natural
tau_mu = CATALOGUE["tau_mu"].natural
mu_B = CATALOGUE["mu_B"].natural
