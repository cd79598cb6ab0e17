"""Photon exchange: what couples to the photon couples to the charge of the proton and, with the opposite sign, of the electron.

One place for that sign: a charge c of the neutrino's current times the electromagnetic current is c on "p" and -c on "e".
"""

from __future__ import annotations

from typing import Any

from weakscatter.interactions.charge import Charge


def photon_charges(
    structure: str, matrix: Any, *, mass: Any = None, basis: str = "flavour", final_mass: Any = 0, form: Any = None
) -> tuple[Charge, ...]:  # fmt: skip
    """Charges on proton and electron of a current that couples to the photon.

    Parameters
    ----------
    structure : "vector" or "dipole".
    matrix : charge [3, 3] of the proton; `mass`, `basis`, `final_mass` and `form` as in `Charge`.
    """
    return (
        Charge(structure, "p", matrix, mass, basis, final_mass, form),
        Charge(structure, "e", -matrix, mass, basis, final_mass, form),
    )
