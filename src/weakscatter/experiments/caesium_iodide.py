"""What the CsI detectors at the Spallation Neutron Source share: crystal, radii and parameters of one name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weakscatter.inference import Parameter
from weakscatter.matter import material
from weakscatter.model import Target, nuclear_targets
from weakscatter.provenance.errors import InputError
from weakscatter.response import NuclearResponse, default_radii
from weakscatter.units import fm

#: Names of the neutron radii: common to both nuclei, or one each.
RADII = ("neutron_radius_CsI", "neutron_radius_Cs133", "neutron_radius_I127")


def relative_pull(name: str, sigma: float, words: str, cited: str) -> Parameter:
    """A relative pull: zero, not below -1, with its prior."""
    return Parameter(name, 0.0, lower=-1.0, sigma=sigma, description=words, source=cited)


def signal_parameters() -> tuple[Parameter, ...]:
    """Strength of the signal and rms neutron radii, none of them constrained."""
    radii = tuple(
        Parameter(f"neutron_radius_{name}", default_radii(nuclide).neutron / fm, unit="fm", lower=1.0, upper=12.0,
                  description=f"rms neutron radius of {name}", source="arXiv:2005.01645")
        for nuclide, name in ((n, n.name) for n, _ in material("CsI").constituents)
    )  # fmt: skip
    common = Parameter("neutron_radius_CsI", 5.0, unit="fm", lower=1.0, upper=12.0,
                       description="common rms neutron radius of Cs and I")  # fmt: skip
    strength = Parameter(
        "signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"
    )
    return (strength, common, *radii)


def crystal(mass: Any, form_factor: Any, values: Mapping[str, Any]) -> tuple[Target, ...]:
    """Cs and I in a crystal of CsI with the neutron radii named in `values` (fm).

    Raises
    ------
    InputError : the common radius and a single one are both named.
    """
    if "neutron_radius_CsI" in values and {"neutron_radius_Cs133", "neutron_radius_I127"} & set(values):
        raise InputError(
            "The neutron radius is set twice: neutron_radius_CsI is common to Cs and I. Name it or the single ones."
        )

    def response(nuclide: Any) -> NuclearResponse:
        named = values.get(f"neutron_radius_{nuclide.name}", values.get("neutron_radius_CsI"))
        return NuclearResponse(nuclide, form_factor, neutron_radius=None if named is None else named * fm)

    return nuclear_targets(material("CsI"), mass, response)
