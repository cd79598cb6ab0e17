"""Exact upper limits of one Poisson count with a known background: what asymptotic limits are compared with."""

from __future__ import annotations

import math

from scipy.special import gammaincc, gammainccinv

from weakscatter.inference.interval_kind import BOUNDED, CLS
from weakscatter.provenance.errors import InputError, nearest


def poisson_limit(n: float, background: float, confidence: float = 0.90, method: str = CLS) -> float:
    """Return the exact upper limit s on the signal behind n events, background b known.

    With P(N <= n | mu) = Gamma(n + 1, mu)/Gamma(n + 1) and alpha = 1 - confidence,

        cls+b   P(N <= n | s + b) = alpha, 0 where the background alone is less probable,
        cls     P(N <= n | s + b) / P(N <= n | b) = alpha,

    the first being the classical limit (Garwood's, minus b), the second that of G. Zech (Nucl. Instrum. Meth. A 277
    (1989) 608) and A. L. Read (J. Phys. G 28 (2002) 2693). The second is also the Bayesian limit with a flat prior in
    s >= 0 (O. Helene, Nucl. Instrum. Meth. 212 (1983) 319).

    Parameters
    ----------
    n : observed events, not negative.
    background : expected background events, not negative.
    confidence : in (0, 1).
    method : "cls" or "cls+b".

    Returns
    -------
    float, expected signal events.

    Examples
    --------
    >>> round(poisson_limit(0, 3.0), 4), round(poisson_limit(0, 3.0, method="cls+b"), 4)  # ln 10, whatever b; 0
    (2.3026, 0.0)
    >>> round(poisson_limit(3, 0.0), 2)
    6.68
    """
    if method not in BOUNDED:
        raise InputError(
            f"method={method!r} is not available here.{nearest(str(method), BOUNDED)} Allowed: {', '.join(BOUNDED)}."
        )
    if not 0 < confidence < 1:
        raise InputError(
            f"confidence={confidence!r} is not allowed. Give a fraction in (0, 1), such as 0.90."
        )
    for name, value in (("n", n), ("background", background)):
        if not 0 <= value < math.inf:
            raise InputError(f"{name} = {value!r} is not allowed. Counts are finite and not negative.")
    alpha = 1 - confidence
    share = float(gammaincc(n + 1, background)) if method == CLS else 1.0
    return max(float(gammainccinv(n + 1, alpha * share)) - background, 0.0)
