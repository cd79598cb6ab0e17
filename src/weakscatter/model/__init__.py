"""The stages joined: models, direct and prepared, and recoil spectra without a detector."""

from __future__ import annotations

from weakscatter.inference.budget import Budget, Move
from weakscatter.model.beam_counts import DarkCounts, DarkSetup, background_free_epsilon_squared, dark_counts
from weakscatter.model.budget import error_budget
from weakscatter.model.deposit import Deposit
from weakscatter.model.level_events import level_events
from weakscatter.model.level_totals import dark_level_cross_sections, level_counts, level_cross_sections
from weakscatter.model.model import Model, observe
from weakscatter.model.prepare import Direct, Prepared, prepare
from weakscatter.model.recoil_grid import RecoilGrid, decades, fine_recoil_grid, largest_recoil, recoil_grid
from weakscatter.model.spectra import (
    contributions,
    differential_cross_section,
    is_divergent,
    recoil_counts,
    recoil_spectrum,
)
from weakscatter.model.target import Target, electron_targets, nuclear_targets

__all__ = [
    "Budget", "DarkCounts", "DarkSetup", "Deposit", "Direct", "Model", "Move", "Prepared", "RecoilGrid", "Target", "background_free_epsilon_squared", "contributions", "dark_counts", "dark_level_cross_sections", "decades", "differential_cross_section",
    "electron_targets", "error_budget", "fine_recoil_grid",
    "is_divergent", "largest_recoil", "level_counts", "level_cross_sections", "level_events", "nuclear_targets", "observe", "prepare", "recoil_counts", "recoil_grid", "recoil_spectrum",
]  # fmt: skip
