"""Proton and neutron rms radii of nuclei.

Protons: R_p^2 = R_ch^2 - (N/Z) <r_E^2>_n from the measured charge radius; the neutrons' charge is taken out, the
proton's own size stays in, so that F_p is the distribution of charge. Neutrons: theory values where they are
tabulated here, else R_n = R_p + skin with the skin of antiprotonic atoms,
Delta = -0.04 + 1.01 (N - Z)/A fm (Trzcinska et al. 2001; +-0.03 +-0.15).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

from weakscatter import constants
from weakscatter.provenance.errors import InputError
from weakscatter.units import fm

#: Charge radii (fm): Angeli and Marinova 2013; 40Ar, 127I and 133Cs from muonic atoms, Fricke et al. 1995.
_CHARGE_RADIUS = {
    "C12": 2.4702, "O16": 2.6991, "F19": 2.8976, "Ne20": 3.0055, "Na23": 2.9936, "Al27": 3.0610, "Si28": 3.1224,
    "Si29": 3.1176, "Si30": 3.1336, "Ar36": 3.3905, "Ar38": 3.4028, "Ar40": 3.427, "Ca40": 3.4776, "Fe54": 3.6933,
    "Fe56": 3.7377, "Ge70": 4.0414, "Ge72": 4.0576, "Ge73": 4.0632, "Ge74": 4.0742, "Ge76": 4.0811, "I127": 4.749,
    "Xe124": 4.7661, "Xe126": 4.7722, "Xe128": 4.7774, "Xe129": 4.7775, "Xe130": 4.7818, "Xe131": 4.7808,
    "Xe132": 4.7859, "Xe134": 4.7899, "Xe136": 4.7964, "Cs133": 4.804, "Pb208": 5.5012,
    "H1": 0.8783, "He4": 1.6755, "Li7": 2.4440, "Be9": 2.5190, "B11": 2.4060, "N14": 2.5582, "Mg24": 3.0570,
    "P31": 3.1889, "S32": 3.2611, "Cl35": 3.3654, "K39": 3.4349, "Sc45": 3.5459, "Ti48": 3.5921, "V51": 3.6002,
    "Cr52": 3.6452, "Mn55": 3.7057, "Co59": 3.7875, "Ni58": 3.7757, "Cu63": 3.8823, "Zn64": 3.9283, "Ga69": 3.9973,
    "As75": 4.0968, "Se80": 4.1400, "Br79": 4.1629, "Kr84": 4.1884, "Rb85": 4.2036, "Sr88": 4.2240, "Y89": 4.2430,
    "Zr90": 4.2694, "Nb93": 4.3240, "Mo98": 4.4091, "Ru102": 4.4809, "Rh103": 4.4945, "Pd106": 4.5318,
    "Ag107": 4.5454, "Cd114": 4.6087, "In115": 4.6156, "Sn120": 4.6519, "Sb121": 4.6802, "Te130": 4.7423,
    "Ba138": 4.8378, "La139": 4.8550, "Ce140": 4.8771, "Pr141": 4.8919, "Nd142": 4.9123, "Sm152": 5.0819,
    "Eu153": 5.1115, "Gd158": 5.1569, "Tb159": 5.0600, "Dy164": 5.2218, "Ho165": 5.2022, "Er166": 5.2516,
    "Tm169": 5.2256, "Yb174": 5.3108, "Lu175": 5.3700, "Hf180": 5.3470, "Ta181": 5.3507, "W184": 5.3658,
    "Re187": 5.3698, "Os192": 5.4126, "Ir193": 5.4032, "Pt195": 5.4270, "Au197": 5.4371, "Hg202": 5.4648,
    "Tl205": 5.4759, "Bi209": 5.5211, "Rn222": 5.6915,
}  # fmt: skip

#: Proton radii (fm) adopted by the CEvNS literature from muonic atoms, and theory neutron radii (fm).
_ADOPTED = {"Cs133": (4.821, 5.01), "I127": (4.766, 4.94), "Ar40": (3.448, 3.55)}


@dataclass(frozen=True, eq=False)
class Radii:
    """Proton and neutron rms radii (MeV^-1) with the standard error of the neutron radius and the sources."""

    proton: Any
    neutron: Any
    neutron_error: float
    citations: tuple[str, ...]


def charge_radius(nuclide: Any) -> float:
    """Measured rms charge radius (MeV^-1).

    Raises
    ------
    InputError : none is tabulated; the message lists the nuclides and what to do.
    """
    if nuclide.name not in _CHARGE_RADIUS:
        raise InputError(
            f"No charge radius of {nuclide.name} is tabulated (there are {', '.join(_CHARGE_RADIUS)}). "
            'Give proton_radius and neutron_radius, or choose form_factor = "helm-lewin-smith" or "klein-nystrand", '
            "which bring a systematic radius."
        )
    return _CHARGE_RADIUS[nuclide.name] * fm


def proton_radius(nuclide: Any) -> float:
    """R_p^2 = R_ch^2 - (N/Z) <r_E^2>_n (MeV^-1), the proton's own size included: 4.821 fm for 133Cs."""
    return sqrt(charge_radius(nuclide) ** 2 - nuclide.N / nuclide.Z * constants.neutron_radius_squared)


def default_radii(nuclide: Any) -> Radii:
    """The radii used when none are given.

    Raises
    ------
    InputError : no charge radius is tabulated for the nuclide.
    """
    if nuclide.name in _ADOPTED:
        proton, neutron = _ADOPTED[nuclide.name]
        return Radii(proton * fm, neutron * fm, 0.05 * fm, ("fricke1995", "cadeddu2020"))
    proton = proton_radius(nuclide)
    skin = -0.04 + 1.01 * (nuclide.N - nuclide.Z) / nuclide.A
    return Radii(proton, proton + skin * fm, 0.05 * fm, ("angeli2013", "trzcinska2001"))


def point_proton_radius(nuclide: Any) -> float:
    """R_p with the proton's own charge radius removed as well (MeV^-1): 4.747 fm for 133Cs."""
    return sqrt(proton_radius(nuclide) ** 2 - constants.proton_radius_squared)
