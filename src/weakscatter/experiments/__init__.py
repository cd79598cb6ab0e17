"""Experiments: one folder each with data, SOURCE.toml and choice of parts; no formulas of their own.

`experiment("coherent_csi_2021")` makes one; a user's own is any object with the attributes listed in `analysis.py`.
"""

from __future__ import annotations

from weakscatter.experiments.analysis import Analysis, analyse, available_parameters, energy_and_time
from weakscatter.experiments.apv_cs133 import AtomicParityViolationCs133
from weakscatter.experiments.borexino_phase2 import BorexinoPhase2
from weakscatter.experiments.catalogue import EXPERIMENTS, experiment
from weakscatter.experiments.ccm import Ccm
from weakscatter.experiments.charged_particles import ChargeLimit, charged_particle_limits
from weakscatter.experiments.coherent_csi_2017 import CoherentCsI2017
from weakscatter.experiments.coherent_csi_2021 import CoherentCsI2021
from weakscatter.experiments.coherent_ge_2024 import CoherentGe2024
from weakscatter.experiments.coherent_lar_2020 import CoherentLAr2020
from weakscatter.experiments.conus_plus_2025 import ConusPlus2025
from weakscatter.experiments.counting import CountingExperiment
from weakscatter.experiments.dark_matter import (
    SNS_PI0,
    DarkSource,
    PortalLimit,
    dark_components,
    portal_limits,
    with_dark_matter,
)
from weakscatter.experiments.dresden_ii import DresdenII
from weakscatter.experiments.likelihood import joint_analyses, joint_likelihood, likelihood
from weakscatter.experiments.lz_er_2022 import LzEr2022
from weakscatter.experiments.lz_er_2024 import LzEr2024
from weakscatter.experiments.pandax4t_er_2024 import Pandax4tEr2024
from weakscatter.experiments.prex_ii import PrexII
from weakscatter.experiments.scaling import Pull, Strength
from weakscatter.experiments.statistic import STATISTICS, with_statistic
from weakscatter.experiments.texono_2025 import Texono2025
from weakscatter.experiments.unbinned import Unbinned
from weakscatter.experiments.xenonnt_er_2022 import XenonntEr2022

__all__ = [
    "EXPERIMENTS",
    "SNS_PI0",
    "STATISTICS",
    "Analysis",
    "AtomicParityViolationCs133",
    "BorexinoPhase2",
    "Ccm",
    "ChargeLimit",
    "CoherentCsI2017",
    "CoherentCsI2021",
    "CoherentGe2024",
    "CoherentLAr2020",
    "ConusPlus2025",
    "CountingExperiment",
    "DarkSource",
    "DresdenII",
    "LzEr2022",
    "LzEr2024",
    "Pandax4tEr2024",
    "PortalLimit",
    "PrexII",
    "Pull",
    "Strength",
    "Texono2025",
    "Unbinned",
    "XenonntEr2022",
    "analyse",
    "available_parameters",
    "charged_particle_limits",
    "dark_components",
    "energy_and_time",
    "experiment",
    "joint_analyses",
    "joint_likelihood",
    "likelihood",
    "portal_limits",
    "with_dark_matter",
    "with_statistic",
]  # fmt: skip
