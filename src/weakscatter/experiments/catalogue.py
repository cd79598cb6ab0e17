"""The built-in experiments by name: adding one is a folder and a line here."""

from __future__ import annotations

from typing import Any

from weakscatter.experiments.apv_cs133 import AtomicParityViolationCs133
from weakscatter.experiments.borexino_phase2 import BorexinoPhase2
from weakscatter.experiments.ccm import Ccm
from weakscatter.experiments.coherent_csi_2017 import CoherentCsI2017
from weakscatter.experiments.coherent_csi_2021 import CoherentCsI2021
from weakscatter.experiments.coherent_ge_2024 import CoherentGe2024
from weakscatter.experiments.coherent_lar_2020 import CoherentLAr2020
from weakscatter.experiments.conus_plus_2025 import ConusPlus2025
from weakscatter.experiments.dresden_ii import DresdenII
from weakscatter.experiments.lz_er_2022 import LzEr2022
from weakscatter.experiments.lz_er_2024 import LzEr2024
from weakscatter.experiments.pandax4t_b8_2024 import PandaX4TB8
from weakscatter.experiments.pandax4t_er_2024 import Pandax4tEr2024
from weakscatter.experiments.prex_ii import PrexII
from weakscatter.experiments.statistic import with_statistic
from weakscatter.experiments.texono_2025 import Texono2025
from weakscatter.experiments.xenonnt_b8_2024 import XenonNTB8
from weakscatter.experiments.xenonnt_er_2022 import XenonntEr2022
from weakscatter.provenance.errors import InputError, nearest

EXPERIMENTS: dict[str, Any] = {
    "coherent_csi_2017": CoherentCsI2017,
    "coherent_csi_2021": CoherentCsI2021,
    "coherent_lar_2020": CoherentLAr2020,
    "coherent_ge_2024": CoherentGe2024,
    "conus_plus_2025": ConusPlus2025,
    "texono_2025": Texono2025,
    "dresden_ii": DresdenII,
    "borexino_phase2": BorexinoPhase2,
    "xenonnt_b8_2024": XenonNTB8,
    "pandax4t_b8_2024": PandaX4TB8,
    "apv_cs133": AtomicParityViolationCs133,
    "prex_ii": PrexII,
    "xenonnt_er_2022": XenonntEr2022,
    "lz_er_2022": LzEr2022,
    "lz_er_2024": LzEr2024,
    "pandax4t_er_2024": Pandax4tEr2024,
    "ccm": Ccm,
}


def experiment(name: str, *, statistic: str = "shape", **options: Any) -> Any:
    """A built-in experiment by name, with its options.

    `statistic` is "shape" (every bin), "energy" (summed over time and other observables), "counting" (one number),
    "least-squares" (Gaussian, energies less the steady-state background) or "unbinned" (events as they are).

    Raises
    ------
    InputError : an unknown name or option.
    """
    if name not in EXPERIMENTS:
        raise InputError(
            f"Experiment {name!r} is unknown; available are {', '.join(EXPERIMENTS)}.{nearest(name, list(EXPERIMENTS))}"
        )
    try:
        return with_statistic(EXPERIMENTS[name](**options), statistic)
    except TypeError as error:
        raise InputError(f"Experiment {name!r} does not take these options: {error}.") from None
