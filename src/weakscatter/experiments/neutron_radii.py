"""Neutron radii by name: one of each nucleus, one common to the nuclei of a target, or one skin common to all nuclei.

- ``neutron_radius_Cs133``: rms neutron radius of one nucleus (fm);
- ``neutron_radius_CsI``: the same radius for every nucleus of a target;
- ``neutron_skin_common``: R_n = R_p + skin with one skin for every nucleus of every experiment, R_p being the measured
  proton radius that is used beside it (4.821 fm for 133Cs, proton size included).

What is named decides; a nucleus that no name reaches keeps the theory value of `weakscatter.response.default_radii`.
Any number of radii may be free; one nucleus set by two names is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.inference import Parameter
from weakscatter.provenance.errors import InputError
from weakscatter.response import default_radii
from weakscatter.units import fm

#: Name of the skin common to all nuclei.
COMMON_SKIN = "neutron_skin_common"

#: Least radius (fm) that a fit may try: the surface alone makes 1.56 fm with Helm, 1.93 fm with the symmetrised Fermi
#: distribution, and below 2 fm a nucleus looks like a point to these neutrinos.
LEAST_RADIUS = 2.0


def radius_name(nuclide: Any) -> str:
    """Name of the neutron radius of one nucleus."""
    return f"neutron_radius_{nuclide.name}"


def radius_parameter(nuclide: Any) -> Parameter:
    """Neutron radius of one nucleus, free when named, at its theory value."""
    return Parameter(
        radius_name(nuclide), default_radii(nuclide).neutron / fm, unit="fm", lower=LEAST_RADIUS, upper=12.0,
        description=f"rms neutron radius of {nuclide.name}", source="arXiv:2005.01645",
    )  # fmt: skip


def common_radius(name: str, value: float, words: str) -> Parameter:
    """Neutron radius (fm) common to the nuclei of a target."""
    return Parameter(name, value, unit="fm", lower=LEAST_RADIUS, upper=12.0, description=words)


def common_skin() -> Parameter:
    """Skin R_n - R_p common to all nuclei; starts at a typical theory value, which constrains nothing."""
    return Parameter(
        COMMON_SKIN, 0.15, unit="fm", lower=-1.4, upper=7.0,
        description="neutron skin R_n - R_p common to all nuclei", source="arXiv:2005.01645",
    )  # fmt: skip


def named_radius(nuclide: Any, values: Mapping[str, Any], common: str = "") -> Any:
    """Neutron radius (MeV^-1) of a nucleus that `values` (fm) asks for; None where no name reaches it.

    Parameters
    ----------
    nuclide : the nucleus.
    values : {name: value}; every other name is ignored.
    common : name of the radius common to the nuclei of the target, "" where there is none.

    Raises
    ------
    InputError : two names set this nucleus.
    """
    found = [name for name in (radius_name(nuclide), common, COMMON_SKIN) if name and name in values]
    if len(found) > 1:
        raise InputError(
            f"The neutron radius of {nuclide.name} is set twice: by {found[0]} and by {found[1]}. Name a radius of each "
            f"nucleus, a common radius, or {COMMON_SKIN}."
        )
    if not found:
        return None
    if found[0] == COMMON_SKIN:
        return default_radii(nuclide).proton + values[COMMON_SKIN] * fm
    return values[found[0]] * fm
