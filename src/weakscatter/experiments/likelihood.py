"""From names of experiments to a likelihood that can be fitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weakscatter.experiments.analysis import Analysis, analyse, available_parameters
from weakscatter.experiments.catalogue import experiment
from weakscatter.inference import Likelihood
from weakscatter.mixing import Mixing
from weakscatter.provenance.errors import InputError, nearest


def joint_likelihood(analyses: Iterable[Analysis]) -> Likelihood:
    """The likelihoods of several analyses added; equal names are one parameter."""
    return Likelihood(tuple(analysis.term for analysis in analyses))


def likelihood(
    experiments: Any,
    theory: Any = None,
    *,
    free: Iterable[str] = (),
    fixed: Mapping[str, float] | None = None,
    mixing: Mixing | None = None,
    baseline: Any = 0,
) -> Likelihood:
    """Likelihood of one or several experiments with the named parameters free beside their nuisances.

    Parameters
    ----------
    experiments : a name, an experiment object, or a list of them.
    theory, free, fixed, mixing : as in `analyse`.
    baseline : as in `analyse`, one for all or {name of the experiment: baseline}.

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
    return joint_likelihood(
        joint_analyses(chosen, theory, free=free, fixed=fixed, mixing=mixing, baseline=baseline)
    )


def joint_analyses(
    experiments: Iterable[Any],
    theory: Any = None,
    *,
    free: Iterable[str] = (),
    fixed: Mapping[str, float] | None = None,
    mixing: Mixing | None = None,
    baseline: Any = 0,
) -> list[Analysis]:
    """`analyse` for each of several experiments, with the names that concern it.

    A theory parameter concerns all of them, the radius of a nucleus or a nuisance those that have it.

    Raises
    ------
    InputError : a name that concerns none of them.
    """
    experiments, free, fixed = tuple(experiments), tuple(free), dict(fixed or {})
    nature = "dirac" if mixing is None else mixing.nature
    known = {item.name: available_parameters(item, theory, nature) for item in experiments}
    baselines = baseline if isinstance(baseline, Mapping) else dict.fromkeys(known, baseline)
    for name in baselines:
        if name not in known:
            raise InputError(
                f"A baseline is given for {name!r}.{nearest(name, known)} Experiments: {', '.join(known)}."
            )
    everything = [name for names in known.values() for name in names]
    for name in (*free, *fixed):
        if name not in everything:
            raise InputError(
                f"Parameter {name!r} is not one of {', '.join(known)}.{nearest(name, everything)} "
                f"`weakscatter show experiment {next(iter(known))}` lists those of an experiment."
            )
    return [
        analyse(
            item,
            theory,
            free=[name for name in free if name in known[item.name]],
            fixed={name: value for name, value in fixed.items() if name in known[item.name]},
            mixing=mixing,
            baseline=baselines.get(item.name, 0),
        )
        for item in experiments
    ]
