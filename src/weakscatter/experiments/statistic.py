"""How much of an experiment's data a fit looks at, and in which form of likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np

from weakscatter.experiments.least_squares import LeastSquares
from weakscatter.experiments.summed import Summed
from weakscatter.experiments.unbinned import Unbinned
from weakscatter.provenance.errors import InputError, nearest

#: "shape": every bin; "energy": summed over all but energy; "counting": one bin; "least-squares": energies less the
#: steady-state background, Gaussian; "unbinned": events as they are.
STATISTICS = ("shape", "energy", "counting", "least-squares", "unbinned")


def with_statistic(experiment: Any, statistic: str) -> Any:
    """The experiment as it is ("shape"), or with its data summed; one of published numbers (own `term`) stays as it is.

    Raises
    ------
    InputError : an unknown statistic, least squares of an experiment without a background to subtract, or "unbinned" where no
        events were published.
    """
    if statistic not in STATISTICS:
        raise InputError(
            f"statistic = {statistic!r} is unknown; allowed are {', '.join(STATISTICS)}."
            f"{nearest(str(statistic), STATISTICS)}"
        )
    if statistic == "unbinned":
        if not hasattr(experiment, "unbinned_table"):
            raise InputError(
                f"statistic = 'unbinned' needs the events one by one, and {experiment.name} holds counts in bins. Use 'shape'."
            )
        return Unbinned(experiment)
    if statistic == "least-squares":
        if not hasattr(experiment, "subtraction"):
            raise InputError(
                f"statistic = 'least-squares' needs a background that is subtracted, and {experiment.name} states none "
                "(its attribute `subtraction`). Use 'energy', or 'counting'."
            )
        return LeastSquares(experiment)
    if statistic == "shape" or np.size(experiment.data) == 1 or hasattr(experiment, "term"):
        return experiment
    return Summed(experiment, statistic)
