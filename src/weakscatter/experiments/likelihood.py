"""From names of experiments to a likelihood that can be fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weakscatter.experiments.analysis import Analysis, analyse
from weakscatter.experiments.catalogue import experiment
from weakscatter.inference import Likelihood


def joint_likelihood(analyses: Iterable[Analysis]) -> Likelihood:
    """The likelihoods of several analyses added; equal names are one parameter."""
    return Likelihood(tuple(analysis.term for analysis in analyses))


def likelihood(
    experiments: Any,
    theory: Any = None,
    *,
    free: Iterable[str] = (),
    fixed: Mapping[str, float] | None = None,
) -> Likelihood:
    """Likelihood of one or several experiments with the named parameters free beside their nuisances.

    Parameters
    ----------
    experiments : a name, an experiment object, or a list of them.
    theory, free, fixed : as in `analyse`.

    Examples
    --------
    >>> import weakscatter as ws
    >>> radius = ws.likelihood("coherent_csi_2021", free=["neutron_radius_CsI"])
    >>> radius.data.size  # 8 bins of energy times 11 of time
    88
    """
    listed = (
        [experiments]
        if isinstance(experiments, str) or not isinstance(experiments, Iterable)
        else experiments
    )
    chosen = [experiment(item) if isinstance(item, str) else item for item in listed]
    free = tuple(free)
    return joint_likelihood([analyse(item, theory, free=free, fixed=fixed) for item in chosen])
