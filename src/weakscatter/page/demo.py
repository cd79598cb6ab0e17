"""The main job on real data: COHERENT CsI 2021 and LAr 2020 from flux to limit, beside the published values.

Writes figures, ``results.json`` and the scoreboard of these two experiments; prints a table of ours and theirs, the
itemised prediction, its error budget, what the argon fit rests on, and the limits on electromagnetic properties.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from weakscatter.experiments import analyse, joint_likelihood
from weakscatter.inference import LimitResult, ScanResult, scan
from weakscatter.model import recoil_spectrum
from weakscatter.page.board import board_table, write_board
from weakscatter.plot import contour, data_and_fit, overview, profile_curve, save
from weakscatter.plot import recoil_spectrum as draw_recoil_spectrum
from weakscatter.provenance.files import write_atomic
from weakscatter.published.computed import Computed
from weakscatter.published.csi_2021 import CsI2021
from weakscatter.published.itemise import Item, itemise_csi_2021
from weakscatter.published.lar_2020 import TemplateStep, compare_templates
from weakscatter.published.scoreboard import Score, scoreboard, succeeded, summary
from weakscatter.response import NUCLEAR_RECOIL
from weakscatter.units import keV

#: Papers and rows of the demo's board; `weakscatter reproduce` has all.
ROWS = (
    "coherent2021",
    "coherent2020",
    "atzori2022.sin2_theta_w",
    "atzori2023.neutron_radius_CsI",
)

#: Parameters whose interval is shown; `CsI2021.limits` gives the transition elements too, alone or profiled.
_LIMITED = ("charge_radius_ee", "charge_radius_mumu", "magnetic_moment_mu")

_RADII = {
    "charge_radius_ee": np.linspace(-80.0, 30.0, 111),
    "charge_radius_mumu": np.linspace(-80.0, 20.0, 101),
}


def run_demo(out: Path, console: Console | None = None) -> int:
    """Run the demo into a folder; return 0, or 1 if a row of the board is not as recorded."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    console = Console() if console is None else console
    computed = Computed()
    results = computed.csi_2021
    with Progress(console=console, transient=True) as progress:
        steps = progress.add_task("COHERENT CsI and LAr", total=6 + len(_LIMITED))
        scores = scoreboard(ROWS, computed)
        write_board(scores, out)
        progress.advance(steps)
        _, argon = compare_templates()
        progress.advance(steps)
        central, items = itemise_csi_2021()
        progress.advance(steps)
        limits: dict[str, LimitResult] = {}
        for name in _LIMITED:
            limits |= results.limits([name], profiled=False)
            progress.advance(steps)
        radii = joint_likelihood([analyse(results.experiment, free=list(_RADII))])
        contours = scan(radii, _RADII)
        progress.advance(steps)
        figures = _draw(out, computed, limits, contours)
        progress.advance(steps)
        document = _document(computed, scores, central, items, limits, figures)
        write_atomic(out / "results.json", json.dumps(document, indent=1, allow_nan=False) + "\n")
        progress.advance(steps)
    board = board_table(scores, "COHERENT CsI 2021 and LAr 2020, published and ours")
    for table in (board, _items(central, items), _budget(results), _argon(argon), _limits(limits)):
        console.print(table)
    console.print(summary(scores), highlight=False)
    console.print(f"figures, scoreboard.html and results.json are in {out}")
    return 0 if succeeded(scores) else 1


def _draw(
    out: Path,
    computed: Computed,
    limits: dict[str, LimitResult],
    contours: ScanResult,
) -> list[str]:
    results, argon = computed.csi_2021, computed.lar_2020
    model = results.prediction.prepared.build(results.prediction.nominal)
    T = np.linspace(0.5, 50.0, 300) * keV
    spectra = {
        label: np.asarray(x)
        for label, x in recoil_spectrum(model.beam, model.targets_of(NUCLEAR_RECOIL), model.theory, T).items()
    }
    fitted = results.prediction, results.strength_fit
    standard = {"charge_radius_ee": -0.83, "charge_radius_mumu": -0.48}
    figures = {
        "recoil-spectrum.png": draw_recoil_spectrum(T, spectra),
        "data-and-fit.png": data_and_fit(*fitted),
        "data-and-fit-argon.png": data_and_fit(
            argon.prediction, argon.systematic_fit, subtract=["steady_state"]
        ),
        "charge-radius-ee.png": profile_curve(
            limits["charge_radius_ee"], standard_model=standard["charge_radius_ee"]
        ),
        "charge-radii.png": contour(contours, standard_model=standard),
        "overview.png": overview(T, spectra, *fitted, contours, standard_model=standard),
    }
    for name, figure in figures.items():
        save(figure, out / name)
    return list(figures)


def _document(
    computed: Computed, scores: tuple[Score, ...], central: float, items: tuple[Item, ...],
    limits: dict[str, LimitResult], figures: list[str],
) -> dict[str, Any]:  # fmt: skip
    results = computed.csi_2021
    return {
        "experiments": [results.experiment.name, computed.lar_2020.prediction.experiment.name],
        "scoreboard": [score.to_dict() for score in scores],
        "prediction": {"counts": central, "budget": results.budget.to_dict()},
        "items": [
            {"cause": i.cause, "change": i.change, "counts": i.counts, "difference": i.difference}
            for i in items
        ],
        "fits": {
            "signal_strength": results.counts_fit.to_dict(),
            "neutron_radius_CsI": results.radius_fit.to_dict(),
            "sin2_theta_w": results.angle_fit.to_dict(),
            "argon_signal_strength": computed.lar_2020.systematic_fit.to_dict(),
        },
        "limits": {name: limit.to_dict() for name, limit in limits.items()},
        "figures": figures,
    }


def _items(central: float, items: tuple[Item, ...]) -> Table:
    table = Table(title=f"Predicted CEvNS events: {central:.1f}; each input changed alone")
    for column in ("input", "change", "events", "difference"):
        table.add_column(column)
    for item in items:
        share = 100 * item.difference / central
        table.add_row(
            item.cause, item.change, f"{item.counts:.1f}", f"{item.difference:+.1f} ({share:+.2f} %)"
        )
    return table


def _budget(results: CsI2021) -> Table:
    budget = results.budget
    table = Table(
        title=f"Error budget: {budget.central:.1f} +- {budget.total:.1f}, dominated by {budget.dominant}"
    )
    for column in ("cause", "down", "up"):
        table.add_column(column)
    for move in budget.moves:
        table.add_row(move.description or move.cause, f"{move.down:+.1f}", f"{move.up:+.1f}")
    return table


def _argon(steps: tuple[TemplateStep, ...]) -> Table:
    table = Table(title="Fitted CEvNS events in argon: from the official signal template to ours")
    for column in ("signal", "events", "change"):
        table.add_column(column)
    for step in steps:
        table.add_row(step.change, f"{step.events:.1f}", f"{step.difference:+.1f}")
    return table


def _limits(limits: dict[str, LimitResult]) -> Table:
    table = Table(
        title="90 % intervals from CsI, nuclear and electronic recoils, each alone (Wilks; moments: bounded at zero)"
    )
    for column in ("parameter", "unit", "interval"):
        table.add_column(column)
    for name, limit in limits.items():
        table.add_row(name, limit.unit, _words(limit))
    return table


def _words(limit: LimitResult) -> str:
    if not limit.converged:
        return limit.status
    ends = (
        f"[{'-inf' if low is None else format(low, '.3g')}, {'inf' if high is None else format(high, '.3g')}]"
        for low, high in limit.intervals
    )
    return " or ".join(ends)
