"""What the CsI detectors at the Spallation Neutron Source share: crystal, radii and parameters of one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.experiments.neutron_radii import (
    COMMON_SKIN,
    common_radius,
    common_skin,
    named_radius,
    radius_parameter,
)
from weakscatter.inference import Parameter
from weakscatter.matter import material
from weakscatter.model import Target, nuclear_targets
from weakscatter.response import NuclearResponse

#: Name of the neutron radius common to both nuclei.
COMMON = "neutron_radius_CsI"

#: Names that set neutron radii: common to both nuclei, one each, or by a skin common to all nuclei.
RADII = (COMMON, "neutron_radius_Cs133", "neutron_radius_I127", COMMON_SKIN)


def relative_pull(name: str, sigma: float, words: str, cited: str) -> Parameter:
    """A relative pull: zero, not below -1, with its prior."""
    return Parameter(name, 0.0, lower=-1.0, sigma=sigma, description=words, source=cited)


def signal_parameters() -> tuple[Parameter, ...]:
    """Strength of the signal and rms neutron radii, none of them constrained."""
    radii = tuple(radius_parameter(nuclide) for nuclide, _ in material("CsI").constituents)
    strength = Parameter(
        "signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"
    )
    return (strength, common_csi_radius(), *radii, common_skin())


def common_csi_radius() -> Parameter:
    """The neutron radius common to Cs and I."""
    return common_radius(COMMON, 5.0, "common rms neutron radius of Cs and I")


def crystal(mass: Any, form_factor: Any, values: Mapping[str, Any]) -> tuple[Target, ...]:
    """Cs and I in a crystal of CsI with the neutron radii named in `values` (fm).

    Raises
    ------
    InputError : the radius of one nucleus is set by two names.
    """

    def response(nuclide: Any) -> NuclearResponse:
        return NuclearResponse(nuclide, form_factor, neutron_radius=named_radius(nuclide, values, COMMON))

    return nuclear_targets(material("CsI"), mass, response)
