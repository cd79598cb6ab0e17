"""Antineutrinos of fission: published spectra and energies per fission of the four isotopes, as numbers.

Energies in MeV, spectra in antineutrinos per MeV and fission. Sources: below 2 MeV the table of Vogel and Engel
(Phys. Rev. D 39 (1989) 3378); from 2 to 8 MeV exp(sum a_k E^k) of Huber (arXiv:1106.0687) and of Mueller et al.
(arXiv:1101.2663), which grow without bound below 2 and fall too fast above 8; above 2 MeV the exponentials
of Vogel and Engel (coefficients recalled), which have no end. Energies per fission: Kopeikin et al.
(hep-ph/0410100) and Ma et al. (arXiv:1212.6625, recalled). Yields per fission and the neutron capture on 238U: Wong et
al. (hep-ex/0605006). Longer tables stand in CSV files beside this one; `fission_spectra` joins all of them.
"""

from __future__ import annotations

#: Typical fractions of the fissions in a light-water reactor.
FRACTIONS = {"U235": 0.55, "U238": 0.07, "Pu239": 0.32, "Pu241": 0.06}

#: Energy released per fission and its error (MeV), by evaluation; that of Ma et al. is recalled.
ENERGY_PER_FISSION = {
    "kopeikin-2004": {"U235": (201.92, 0.46), "U238": (205.52, 0.96), "Pu239": (209.99, 0.60), "Pu241": (213.60, 0.65)},
    "ma-2013": {"U235": (202.36, 0.26), "U238": (205.99, 0.52), "Pu239": (211.12, 0.34), "Pu241": (214.26, 0.33)},
}  # fmt: skip

#: Quoted number of antineutrinos per fission, without the captures.
QUOTED_YIELD = {"U235": 6.14, "U238": 7.08, "Pu239": 5.58, "Pu241": 6.42}

#: Antineutrinos per fission of 239U and 239Np behind 238U(n, gamma): 0.6 captures, two decays each.
CAPTURE_YIELD = 1.2

#: Range of the polynomials (MeV).
POLYNOMIAL_RANGE = (2.0, 8.0)

#: a_0 ... a_5 of the logarithm, 2 to 8 MeV; Huber, 238U Mueller et al.
POLYNOMIALS = {
    "U235": (4.367, -4.577, 2.100, -0.5294, 0.06186, -0.002777),
    "U238": (0.4833, 0.1927, -0.1283, -0.006762, 0.002233, -0.0001536),
    "Pu239": (4.757, -5.392, 2.563, -0.6596, 0.07820, -0.003536),
    "Pu241": (2.990, -2.882, 1.278, -0.3343, 0.03905, -0.001754),
}

#: The same of Mueller et al. for all four isotopes.
POLYNOMIALS_MUELLER = {
    "U235": (3.217, -3.111, 1.395, -0.3690, 0.04445, -0.002053),
    "U238": POLYNOMIALS["U238"],
    "Pu239": (6.413, -7.432, 3.535, -0.8820, 0.1025, -0.004550),
    "Pu241": (3.251, -3.204, 1.428, -0.3675, 0.04254, -0.001896),
}

#: Relative growth of the converted spectra from the time they were measured (12 h, 1.5 d for plutonium) to 450 d of
#: irradiation, at these energies: table VII of Mueller et al., zero from 4.5 MeV on.
EQUILIBRIUM_ENERGIES = (2.0, 2.5, 3.0, 3.5, 4.0, 4.5)
EQUILIBRIUM = {
    "U235": (0.057, 0.044, 0.015, 0.007, 0.001, 0.0),
    "U238": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "Pu239": (0.021, 0.017, 0.005, 0.001, 0.0005, 0.0),
    "Pu241": (0.019, 0.015, 0.005, 0.001, 0.0005, 0.0),
}

#: a_0, a_1, a_2 of Vogel and Engel, above 2 MeV.
EXPONENTIALS = {
    "U235": (0.870, -0.160, -0.0910),
    "U238": (0.976, -0.162, -0.0790),
    "Pu239": (0.896, -0.239, -0.0981),
    "Pu241": (0.793, -0.080, -0.1085),
}

#: Nodes of the table below 2 MeV; the zero at zero energy is added, the node at 2 MeV is left to the polynomials.
LOW_ENERGIES = (0.0, 0.007813, 0.01563, 0.0312, 0.0625, 0.125, 0.25, 0.5, 0.75, 1.0, 1.5)
LOW_VALUES = {
    "U235": (0.0, 0.024, 0.092, 0.35, 0.61, 1.98, 2.16, 2.66, 2.66, 2.41, 1.69),
    "U238": (0.0, 0.089, 0.35, 1.32, 0.65, 2.02, 2.18, 2.91, 2.96, 2.75, 1.97),
    "Pu239": (0.0, 0.14, 0.56, 2.13, 0.64, 1.99, 2.08, 2.63, 2.58, 2.32, 1.48),
    "Pu241": (0.0, 0.20, 0.79, 3.00, 0.59, 1.85, 2.14, 2.82, 2.90, 2.63, 1.75),
}

#: Shape of the antineutrinos behind neutron capture, read to two digits from the curve in the ancillary files of
#: arXiv:2202.09672 (itself a digitised figure); normalised to CAPTURE_YIELD here.
CAPTURE_ENERGIES = (0.0, 0.021, 0.067, 0.100, 0.108, 0.116, 0.128, 0.145, 0.179, 0.263, 0.296, 0.321, 0.378, 0.410,
                    0.434, 0.471, 0.503, 0.544, 0.582, 0.648, 0.784, 0.895, 0.990, 1.105, 1.154, 1.199, 1.294)  # fmt: skip
CAPTURE_VALUES = (0.0, 0.30, 0.63, 0.58, 0.46, 0.31, 0.38, 0.59, 1.10, 2.25, 2.67, 2.56, 2.07, 1.84,
                  1.25, 0.62, 0.38, 0.37, 0.48, 0.50, 0.52, 0.50, 0.62, 0.56, 0.33, 0.14, 0.0)  # fmt: skip
