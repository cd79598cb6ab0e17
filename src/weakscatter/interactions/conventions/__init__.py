"""Converters between the conventions in which papers give couplings; the library's own is the one of `interactions`.

Pure arithmetic, traceable, each with its inverse: electromagnetic properties of neutrinos (`electromagnetic`), weak
charges and chiral couplings (`neutral_current`), non-standard interactions (`nonstandard`), dark matter on electrons
and nuclei (`dark_matter`). Values are in natural units; a sign is derived from one Lagrangian,

    L = -sqrt2 G_F (nubar gamma P_L nu) (fbar gamma (g_V - g_A gamma_5) f)  +  photon exchange with F_1(q^2),

and tested against the rates of the library.
"""

from __future__ import annotations

from weakscatter.interactions.conventions.dark_matter import (
    c1_of_mixing,
    c1_of_sigma,
    mixing_of_c1,
    mixing_of_sigma_e,
    mixing_of_yield_variable,
    sigma_e_of_mixing,
    sigma_of_c1,
    yield_variable,
)
from weakscatter.interactions.conventions.electromagnetic import (
    CHARGE_CONVENTIONS,
    RADIUS_CONVENTIONS,
    anapole_as_radius,
    charge_of_shift,
    charge_shift,
    convert_charge_radius,
    convert_millicharge,
    decay_width_of_moment,
    interference,
    millicharge_as_radius,
    moment_of_decay_width,
    radius_as_anapole,
    radius_as_millicharge,
    radius_of_shift,
    radius_shift,
)
from weakscatter.interactions.conventions.neutral_current import (
    atomic_weak_charge,
    chiral_couplings,
    couplings_of_weak_charges,
    mixing_angle_of_weak_charge,
    vector_axial_couplings,
    weak_charge,
)
from weakscatter.interactions.conventions.nonstandard import (
    coupling_product_of_epsilon,
    epsilon_of_mediator,
    left_right,
    nucleons_of_quarks,
    quarks_of_nucleons,
    vector_axial,
)

__all__ = [
    "CHARGE_CONVENTIONS", "RADIUS_CONVENTIONS", "anapole_as_radius", "atomic_weak_charge", "c1_of_mixing", "c1_of_sigma",
    "charge_of_shift", "charge_shift", "chiral_couplings", "convert_charge_radius", "convert_millicharge",
    "coupling_product_of_epsilon", "couplings_of_weak_charges", "decay_width_of_moment", "epsilon_of_mediator",
    "interference", "left_right", "millicharge_as_radius", "mixing_angle_of_weak_charge", "mixing_of_c1",
    "mixing_of_sigma_e", "mixing_of_yield_variable", "moment_of_decay_width", "nucleons_of_quarks", "quarks_of_nucleons",
    "radius_as_anapole", "radius_as_millicharge", "radius_of_shift", "radius_shift", "sigma_e_of_mixing", "sigma_of_c1",
    "vector_axial", "vector_axial_couplings", "weak_charge", "yield_variable",
]  # fmt: skip
