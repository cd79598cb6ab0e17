"""Rows of papers on neutron radii and the weak mixing angle: {row id: function of anything}."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from weakscatter.experiments import experiment
from weakscatter.experiments.apv_cs133 import AMPLITUDES, CAESIUM
from weakscatter.interactions import Weak, running_mixing_angle
from weakscatter.published import electroweak
from weakscatter.published.electroweak import (
    ANGLE,
    RADIUS,
    argon_radius_limit,
    coherence_loss,
    fitted,
    skin_of_caesium,
)
from weakscatter.response.radii import default_radii
from weakscatter.units import fm


def electroweak_rows() -> dict[str, Callable[[Any], float]]:
    """Every row of these papers that the library can compute."""
    rows: dict[str, Callable[[], float]] = {
        "cadeddu2017.neutron_radius_CsI": partial(fitted, ["csi17-residuals"], [RADIUS], RADIUS),
        "cadeddu2017.coherence_loss": partial(coherence_loss, "csi17-residuals"),
        "cadeddu2019.neutron_radius_CsI": partial(fitted, ["csi17-new-quenching"], [RADIUS], RADIUS),
        "cadeddu2019.coherence_loss": partial(coherence_loss, "csi17-new-quenching"),
        "cadeddu2020.sin2_theta_w_argon": partial(fitted, ["lar-energies"], [ANGLE], ANGLE),
        "cadeddu2021.neutron_radius_CsI": partial(fitted, ["csi21"], [RADIUS], RADIUS),
        "cadeddu2021.sin2_theta_w_apv": partial(fitted, ["csi21", "apv"], [ANGLE, RADIUS], ANGLE),
        "cadeddu2018.sin2_theta_w": partial(fitted, ["csi17", "apv-2018"], [ANGLE, RADIUS], ANGLE),
        "cadeddu2018.neutron_radius_Cs": partial(fitted, ["csi17", "apv-2018"], [RADIUS], RADIUS),
        "cadeddu2018.neutron_skin_Cs": partial(skin_of_caesium, ["csi17", "apv-2018"]),
        "cadeddu2018.weak_charge_sm": _standard_weak_charge,
        "porsev2009.weak_charge": partial(_weak_charge, "porsev-2009", "dzuba-2000"),
        "porsev2009.skin_correction": _skin_correction,
        "dzuba2012.weak_charge": partial(_weak_charge, "dzuba-2012", "dzuba-2000"),
        "sahoo2021.weak_charge": partial(_weak_charge, "sahoo-2021", "toh-2019"),
        "deromeri2022.sin2_theta_w": partial(fitted, ["csi21", "lar"], [ANGLE], ANGLE),
        "huang2024.sin2_theta_w": partial(fitted, ["csi21"], [ANGLE], ANGLE, ((RADIUS, 4.86),)),
        "erler2018.sin2_theta_w_0": lambda: float(running_mixing_angle(0.0)),
    }  # fmt: skip
    for number, level in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        rows[f"cadeddu2020.neutron_radius_Ar40_{number}sigma"] = partial(argon_radius_limit, level)
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()


def _weak_charge(amplitude: str, polarizability: str) -> float:
    return experiment(
        "apv_cs133", amplitude=amplitude, polarizability=polarizability
    ).published_weak_charge()[0]


def _standard_weak_charge() -> float:
    """Q_W of the Standard Model with the neutrons where the protons are."""
    protons = default_radii(CAESIUM).proton / fm
    return float(electroweak.experiment_of("apv").weak_charge(Weak(), {"neutron_radius_Cs133": protons}))


def _skin_correction(skin: float = 0.13) -> float:
    """Change of the amplitude (1e-11 e a_B Q_W/N) by a skin (fm), the size that was assumed when it was first computed."""
    charge, without = electroweak.experiment_of("apv").weak_charge, default_radii(CAESIUM).proton / fm
    with_skin = charge(Weak(), {"neutron_radius_Cs133": without + skin})
    return float(
        (with_skin / charge(Weak(), {"neutron_radius_Cs133": without}) - 1) * AMPLITUDES["porsev-2009"].value
    )
