"""Why a prediction differs from a published one: every input changed alone, each with the number it moves.

The COHERENT CsI 2021 prediction is not published with all of its inputs (couplings, form factor and pulse shape are
not stated with the number), so the difference is itemised rather than removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weakscatter.experiments import analyse, experiment
from weakscatter.interactions import Weak, coupling_set
from weakscatter.response import HelmLewinSmith, KleinNystrand, SymmetrisedFermi


@dataclass(frozen=True)
class Item:
    """One input changed alone: what was changed, and the predicted counts then."""

    cause: str
    change: str
    counts: float
    difference: float


class _Systematic:
    """A form factor that keeps its systematic radius although the experiment hands it one."""

    def __init__(self, model: Any) -> None:
        self.model, self.citations = model, model.citations

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        return self.model(q, None, nuclide)


def signal_counts(setup: Any = None, theory: Any = None, **values: float) -> float:
    """CEvNS counts in the window of CsI 2021 for one setting of its inputs."""
    setup = experiment("coherent_csi_2021") if setup is None else setup
    named = {name: value for name, value in values.items() if name.startswith("neutron_radius")}
    analysis = analyse(setup, theory, free=named)
    return float(analysis.predict(values)["cevns"].sum())


def itemise_csi_2021() -> tuple[float, tuple[Item, ...]]:
    """Default prediction of CsI 2021 and its change with each input alone.

    Returns
    -------
    counts, items : the default prediction, and one `Item` per change.
    """
    name = "coherent_csi_2021"
    central = signal_counts()
    changes: list[tuple[str, str, float]] = []

    def add(cause: str, change: str, counts: float) -> None:
        changes.append((cause, change, counts))

    for couplings in ("tree", "radiative-2023", "pdg-2005"):
        add("couplings", couplings, signal_counts(theory=Weak(coupling_set(couplings))))
    for label, model in (
        ("Klein-Nystrand, R_A = 1.23 A^(1/3) fm", _Systematic(KleinNystrand())),
        ("Lewin-Smith Helm (charge radius)", _Systematic(HelmLewinSmith())),
        ("symmetrised Fermi, same radii", SymmetrisedFermi()),
    ):
        add("form factor", label, signal_counts(experiment(name, form_factor=model)))
    add("form factor", "R_n(Cs) 5.01 -> 5.09 fm", signal_counts(neutron_radius_Cs133=5.09))
    add("form factor", "R_n(I) 4.94 -> 5.03 fm", signal_counts(neutron_radius_I127=5.03))
    for index in (0, 1):
        for sign in (1.0, -1.0):
            add(
                "quenching",
                f"variation {index}, {sign:+.0f} sigma",
                signal_counts(**{f"quenching_csi_{index}": sign}),
            )
    for sign in (1.0, -1.0):
        add("efficiency", f"published curve, {sign:+.0f} sigma", signal_counts(efficiency_csi=sign))
    for mean in (0.44, 0.60):
        add("timing", f"proton pulse at {mean:.2f} us", signal_counts(sns_pulse_csi=mean))
    for sign in (1.0, -1.0):
        add("flux", f"{sign * 10:+.0f} % of the yield", signal_counts(sns_flux=0.1 * sign))
    return central, tuple(Item(cause, change, counts, counts - central) for cause, change, counts in changes)
