"""Our numbers for neutron radii and the weak mixing angle, from single data sets and joined, each computed once and kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import sqrt
from typing import Any

from weakscatter.experiments import experiment, likelihood
from weakscatter.inference import FitResult, fit, limit
from weakscatter.published.signal import fitted_value
from weakscatter.response import Point, default_radii
from weakscatter.units import fm

RADIUS, ANGLE = "neutron_radius_CsI", "sin2_theta_w"

#: Polarizability that papers before 2019 had.
_OLD = {"polarizability": "dzuba-2000"}


#: Statistic and systematics of the first papers on CsI 2017 and argon.
_EARLY = {"statistic": "least-squares", "systematics": "lump"}

#: Statistic of the papers with a new quenching, and the quenching that stands in for theirs.
_NEW = {"statistic": "least-squares", "quenching": "csi-2021"}


@lru_cache(maxsize=32)
def experiment_of(name: str) -> Any:
    """The data sets of these comparisons by a short name."""
    return {
        "csi17": lambda: experiment("coherent_csi_2017"),
        "csi17-point": lambda: experiment("coherent_csi_2017", form_factor=Point()),
        "csi17-new-quenching": lambda: experiment("coherent_csi_2017", **_NEW),
        "csi17-new-quenching-point": lambda: experiment("coherent_csi_2017", form_factor=Point(), **_NEW),
        "csi17-residuals": lambda: experiment("coherent_csi_2017", **_EARLY),
        "csi17-residuals-point": lambda: experiment("coherent_csi_2017", form_factor=Point(), **_EARLY),
        "csi21": lambda: experiment("coherent_csi_2021"),
        "lar": lambda: experiment("coherent_lar_2020"),
        "lar-energies": lambda: experiment("coherent_lar_2020", **_EARLY),
        "apv": lambda: experiment("apv_cs133"),
        "apv-2018": lambda: experiment("apv_cs133", **_OLD),
        "apv-sahoo": lambda: experiment("apv_cs133", amplitude="sahoo-2021"),
        "prex": lambda: experiment("prex_ii", correlation="droplet", carried_to=("Cs133", "I127")),
    }[name]()


@lru_cache(maxsize=32)
def joint(names: tuple[str, ...], free: tuple[str, ...], fixed: tuple[tuple[str, float], ...] = ()) -> Any:
    """The joint likelihood of data sets by short name."""
    return likelihood([experiment_of(name) for name in names], free=free, fixed=dict(fixed))


@lru_cache(maxsize=32)
def joint_fit(
    names: tuple[str, ...], free: tuple[str, ...], fixed: tuple[tuple[str, float], ...] = ()
) -> FitResult:
    """Fit of the named parameters to data sets by short name."""
    return fit(joint(names, free, fixed))


def fitted(
    names: Iterable[str], free: Iterable[str], wanted: str, fixed: tuple[tuple[str, float], ...] = ()
) -> float:
    """Best fit of one of the free parameters."""
    return fitted_value(joint_fit(tuple(names), tuple(free), fixed), wanted)


@lru_cache(maxsize=8)
def coherence_loss(name: str) -> float:
    """Preference of a fitted common radius over point-like nuclei, in standard deviations."""
    point = likelihood([experiment_of(f"{name}-point")], fixed={"form_factor_csi": 0.0})
    coherent, best = fit(point, errors="hesse").minimum, joint_fit((name,), (RADIUS,)).minimum
    assert coherent is not None
    assert best is not None
    return sqrt(coherent - best)


@lru_cache(maxsize=4)
def argon_radius_limit(confidence: float) -> float:
    """Upper end of the interval of R_n(Ar) (fm), two-sided, energies alone."""
    upper = limit(joint(("lar-energies",), ("neutron_radius_Ar40",)), "neutron_radius_Ar40", confidence).upper
    assert upper is not None
    return float(upper)


def skin_of_caesium(names: Iterable[str], free: Iterable[str] = (RADIUS,)) -> float:
    """Fitted radius less the proton radius of Cs (fm)."""
    radius = fitted(names, free, next(name for name in free if name.startswith("neutron_radius")))
    return radius - default_radii(experiment_of("apv").nuclide).proton / fm
