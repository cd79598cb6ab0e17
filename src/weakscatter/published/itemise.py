"""Why a prediction differs from a published one: every input changed alone, each with the number it moves.

The COHERENT CsI predictions are not published with all of their inputs (couplings and form factor are not at hand
with the number, nor in 2021 the pulse shape), so the difference is itemised rather than removed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from weakscatter.experiments import analyse, coherent_csi_2017, experiment
from weakscatter.interactions import Weak, coupling_set
from weakscatter.response import HelmLewinSmith, KleinNystrand, SymmetrisedFermi


@dataclass(frozen=True)
class Item:
    """One input changed alone: what was changed, and the predicted counts then."""

    cause: str
    change: str
    counts: float
    difference: float


class Systematic:
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
        ("Klein-Nystrand, R_A = 1.23 A^(1/3) fm", Systematic(KleinNystrand())),
        ("Lewin-Smith Helm (charge radius)", Systematic(HelmLewinSmith())),
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


def itemise_csi_2017() -> tuple[float, tuple[Item, ...]]:
    """Default prediction of CsI 2017 and its change with each input alone.

    Returns
    -------
    counts, items : the default prediction, and one `Item` per change.
    """

    def setup(**options: Any) -> Any:
        return experiment("coherent_csi_2017", **options)

    central = signal_counts(setup())
    changes: list[tuple[str, str, float]] = []
    for couplings in ("tree", "radiative-2023", "pdg-2005"):
        changes.append(("couplings", couplings, signal_counts(setup(), Weak(coupling_set(couplings)))))
    for label, model in (
        ("Klein-Nystrand, R_A = 1.23 A^(1/3) fm", Systematic(KleinNystrand())),
        ("Lewin-Smith Helm (charge radius)", Systematic(HelmLewinSmith())),
        ("symmetrised Fermi, same radii", SymmetrisedFermi()),
    ):
        changes.append(("form factor", label, signal_counts(setup(form_factor=model))))
    for sign in (1.0, -1.0):
        counts = signal_counts(setup(), quenching_csi_2017=0.189 * sign)
        changes.append(("quenching", f"8.78 % {sign * 18.9:+.1f} % of itself", counts))
    changes.append(("quenching", "polynomial of CsI 2021", signal_counts(setup(quenching="csi-2021"))))
    changes.append(("acceptance", "read at whole photoelectrons", _read_at_counts(setup())))
    for sign in (1.0, -1.0):
        counts = signal_counts(setup(), acceptance_csi_2017=0.05 * sign)
        changes.append(("acceptance", f"{sign * 5:+.0f} % of the counts", counts))
    for sign in (1.0, -1.0):
        changes.append(
            ("flux", f"{sign * 10:+.0f} % of the yield", signal_counts(setup(), sns_flux=0.1 * sign))
        )
    changes.append(("flux", "1.71e23 protons, not 1.76e23", signal_counts(setup(), sns_flux=1.71 / 1.76 - 1)))
    changes.append(
        ("arrival times", "Gaussian pulse, nothing normalised", signal_counts(setup(arrival="pulse")))
    )
    changes.append(("arrival times", "also what arrives after 6 us", _at_all_times(setup())))
    return central, tuple(Item(cause, change, counts, counts - central) for cause, change, counts in changes)


def _read_at_counts(setup: Any) -> float:
    """CEvNS counts of CsI 2017 with the acceptance read at n, not at n + 1/2 photoelectrons."""
    model = setup.build(Weak(), {})
    detector = replace(model.detector, table=coherent_csi_2017.smearing("count"))
    return float(replace(model, detector=detector).counts().sum())


def _at_all_times(setup: Any) -> float:
    """CEvNS counts of CsI 2017 without a cut on the arrival time."""
    model = setup.build(Weak(), {})
    seen = model.counts_by_component()
    return sum(
        float(seen[beam.label].sum()) / float(beam.arrival(model.detector.time_edges).sum())
        for beam in model.beam.components
    )
