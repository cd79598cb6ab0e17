"""Limits on transition charge radii from COHERENT CsI 2017 (Cadeddu et al. 2018, arXiv:1810.05606)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from weakscatter.experiments import likelihood
from weakscatter.inference import limit

DIAGONAL = ("charge_radius_ee", "charge_radius_mumu")


def transition_radius_limit(name: str, results: Any = None) -> float:
    """Upper end at 90 % (cm^2), diagonal radii and nuisances profiled; the other two transition radii are zero.

    Raises
    ------
    ArithmeticError : no limit was found.
    """
    found = limit(likelihood("coherent_csi_2017", free=[*DIAGONAL, name]), name, 0.90, DIAGONAL)
    if found.upper is None:
        raise ArithmeticError(f"No limit on {name} was found: {found.status}. {found.advice}")
    return 1e-32 * float(found.upper)


def transition_radius_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    names = ("charge_radius_emu", "charge_radius_etau", "charge_radius_mutau")
    return {f"cadeddu2018b.{name}": partial(transition_radius_limit, name) for name in names}
