"""Our value for each published row, in the row's unit: {row id: function of the computed results}."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from weakscatter.flux.pion_decay import END_POINT, LINE_ENERGY, pion_decay_at_rest
from weakscatter.interactions import RADIUS_SHIFT, SM_CHARGE_RADIUS, coupling_set, scalar_matching
from weakscatter.interactions.polarisation import LeptonLoop
from weakscatter.matter import nuclide
from weakscatter.mixing import AVERAGED
from weakscatter.published.atoms import atomic_rows
from weakscatter.published.bound_hydrogen import bound_hydrogen_rows
from weakscatter.published.computed import Computed
from weakscatter.published.counting import counting_rows
from weakscatter.published.dark_matter import dark_matter_causes, dark_matter_rows
from weakscatter.published.dark_matter_atoms import dark_matter_atom_rows
from weakscatter.published.dresden_ii import dresden_rows
from weakscatter.published.electroweak_rows import electroweak_rows
from weakscatter.published.fluxes import flux_rows
from weakscatter.published.inelastic import inelastic_rows
from weakscatter.published.kouzakov2021 import CHARGE
from weakscatter.published.level_limits import level_limit_methods, level_limit_rows
from weakscatter.published.pp_rate import binding_reduction, pp_event_methods
from weakscatter.published.shell_model_radii import shell_model_radius_rows
from weakscatter.published.signal import fitted_value
from weakscatter.published.solar_b8 import solar_b8_rows
from weakscatter.published.solar_moments import solar_moment_rows
from weakscatter.published.sun import solar_rows
from weakscatter.published.transition_radii import transition_radius_rows
from weakscatter.published.xenon_recoils import xenon_recoil_methods, xenon_recoil_rows
from weakscatter.response import (
    HelmLewinSmith,
    charge_radius,
    default_radii,
    point_proton_radius,
    proton_radius,
)
from weakscatter.units import cm, eV, fm, keV, m

Ours = Callable[[Computed], float]

#: Papers that publish couplings, and our set of that name.
_SETS = {"cadeddu2020": "radiative-2020", "atzori2023": "radiative-2023", "barranco2005": "pdg-2005"}


def our_numbers() -> dict[str, Ours]:
    """Every row that the library can compute; a row without an entry is an open one."""
    return {
        **_csi_2017(),
        **_csi_2021(),
        **_lar_2020(),
        **counting_rows(),
        **flux_rows(),
        **electroweak_rows(),
        **_millicharge(),
        **_couplings(),
        **_radii(),
        **inelastic_rows(),
        **shell_model_radius_rows(),
        **dark_matter_atom_rows(),
        **_closed_forms(),
        **_mediators(),
        **transition_radius_rows(),
        **solar_rows(),
        **solar_moment_rows(),
        **solar_b8_rows(),
        **xenon_recoil_rows(),
        **dresden_rows(),
        **level_limit_rows(),
        **bound_hydrogen_rows(),
        **atomic_rows(),
        **dark_matter_rows(),
        "chen2017.reduction": lambda results: binding_reduction(),
    }  # fmt: skip


def other_methods() -> dict[str, Callable[[Computed], dict[str, float]]]:
    """Our number by other methods than the one compared, for rows whose own method is not known: {row id: {method: value}}."""
    return {**level_limit_methods(), **xenon_recoil_methods(), "baudis2014.pp_events": pp_event_methods}


def with_causes() -> dict[str, Ours]:
    """Our number with the one input changed that a row's `explanation` names: {row id: function of the results}.

    Only rows that are expected to be explained have an entry.
    """
    return dark_matter_causes()


def _csi_2021() -> dict[str, Ours]:
    return {
        "coherent2021.window_coincident": lambda results: float(results.csi_2021.observed[0]),
        "coherent2021.window_anticoincident": lambda results: float(results.csi_2021.observed[1]),
        "coherent2021.predicted_counts": lambda results: results.csi_2021.predicted_counts,
        "coherent2021.fitted_counts": lambda results: results.csi_2021.fitted_counts[0],
        "coherent2021.significance": lambda results: results.csi_2021.significance,
        "coherent2021.cross_section": lambda results: results.csi_2021.measured_cross_section / cm**2,
        "coherent2021.cross_section_sm": lambda results: results.csi_2021.mean_cross_section / cm**2,
        "coherent2021.sin2_theta_w": lambda results: fitted_value(results.csi_2021.angle_fit, "sin2_theta_w"),
        "atzori2022.sin2_theta_w": lambda results: fitted_value(results.csi_2021.angle_fit, "sin2_theta_w"),
        "atzori2023.neutron_radius_CsI": lambda results: fitted_value(
            results.csi_2021.radius_fit, "neutron_radius_CsI"
        ),
        "atzori2023.coherence_loss": lambda results: results.csi_2021.coherence_loss,
    }


def _csi_2017() -> dict[str, Ours]:
    return {
        "coherent2017.window_coincident": lambda results: float(results.csi_2017.observed[0]),
        "coherent2017.window_anticoincident": lambda results: float(results.csi_2017.observed[1]),
        "coherent2017.window_difference": lambda results: float(
            results.csi_2017.observed[0] - results.csi_2017.observed[1]
        ),
        "coherent2017.predicted_counts": lambda results: results.csi_2017.predicted_counts,
        "coherent2017.predicted_counts_klein_nystrand": lambda results: (
            results.csi_2017.klein_nystrand_counts
        ),
        "coherent2017.prompt_neutrons": lambda results: results.csi_2017.predicted("brn"),
        "coherent2017.fitted_counts": lambda results: results.csi_2017.fitted_counts[0],
        "coherent2017.significance": lambda results: results.csi_2017.significance,
    }


def _lar_2020() -> dict[str, Ours]:
    fitted = {
        f"coherent2020.fitted_{row}": partial(_lar_events, name)
        for row, name in (
            ("counts", "cevns"), ("brn", "brn"), ("brn_delayed", "brn_delayed"), ("steady_state", "steady_state"),
        )
    }  # fmt: skip
    return {
        **fitted,
        "coherent2020.predicted_counts": lambda results: results.lar_2020.predicted_counts,
        "coherent2020.fitted_counts_error": lambda results: (
            sum(results.lar_2020.official.events["cevns"][1:]) / 2
        ),
        "coherent2020.significance": lambda results: results.lar_2020.official.significance,
        "coherent2020.fitted_counts_own_signal": lambda results: results.lar_2020.own.events["cevns"][0],
        "coherent2020.cross_section": lambda results: results.lar_2020.measured_cross_section / cm**2,
    }


def _lar_events(name: str, results: Computed) -> float:
    return results.lar_2020.official.events[name][0]


def _millicharge() -> dict[str, Ours]:
    def change(results: Computed, sign: int, energy: float) -> float:
        return results.millicharge_on_argon.change(sign * CHARGE, energy * keV)

    def far(results: Computed) -> float:
        argon, T = results.millicharge_on_argon, [0.01 * keV]
        return float(argon.curve(CHARGE, T, baseline=AVERAGED)[0] / argon.curve(CHARGE, T)[0])

    return {
        "kouzakov2021.change_positive_1keV": lambda results: change(results, 1, 1.0),
        "kouzakov2021.change_negative_1keV": lambda results: change(results, -1, 1.0),
        "kouzakov2021.growth": lambda results: change(results, 1, 0.1) / change(results, 1, 1.0),
        "kouzakov2021.visible_below": lambda results: results.millicharge_on_argon.visible_below(CHARGE) / eV,
        "kouzakov2021.standard_10eV": lambda results: results.millicharge_on_argon.standard,
        "kouzakov2021.baseline": far,
    }


def _given(value: Any, results: Computed) -> float:
    return float(value)


def _couplings() -> dict[str, Ours]:
    rows: dict[str, Ours] = {}
    for paper, name in _SETS.items():
        couplings = coupling_set(name)
        e, mu, _ = couplings.g_v_p
        proton = {"g_v_p": e} if e == mu else {"g_v_p_e": e, "g_v_p_mu": mu}
        for row, value in {**proton, "g_v_n": couplings.g_v_n}.items():
            rows[f"{paper}.{row}"] = partial(_given, value)
    difference = RADIUS_SHIFT * (SM_CHARGE_RADIUS[0] - SM_CHARGE_RADIUS[1])
    rows["cadeddu2020.g_v_p_e_minus_mu"] = partial(_given, difference)
    rows["giunti2015.radius_to_coupling"] = partial(_given, -RADIUS_SHIFT * cm**2)
    for flavour, radius in zip(("ee", "mumu", "tautau"), SM_CHARGE_RADIUS, strict=True):
        rows[f"bernabeu2000.radius_{flavour}"] = partial(_given, radius / cm**2)
    return rows


def _radii() -> dict[str, Ours]:
    rows: dict[str, Ours] = {}
    for name in ("Cs133", "I127", "Ar40"):
        target = nuclide(name)
        rows[f"fricke1995.charge_radius_{name}"] = partial(_given, charge_radius(target) / fm)
        rows[f"cadeddu2020.proton_radius_{name}"] = partial(_given, proton_radius(target) / fm)
        rows[f"cadeddu2020.point_proton_radius_{name}"] = partial(_given, point_proton_radius(target) / fm)
        rows[f"cadeddu2020.neutron_radius_{name}"] = partial(_given, default_radii(target).neutron / fm)
        rows[f"lewin1996.radius_{name}"] = partial(_given, float(HelmLewinSmith().rms_radius(target)) / fm)
    return rows


def _mediators() -> dict[str, Ours]:
    proton, neutron = scalar_matching("hoferichter-2015").couplings({"u": 1.0, "d": 1.0})
    return {
        "cadeddu2020b.loop_mu_tau": partial(_given, float(LeptonLoop((0.0, 1.0, -1.0))(0.0))),
        "atzori2022a.scalar_charge": partial(_given, (proton + neutron) / 2),
    }


def _closed_forms() -> dict[str, Ours]:
    beam = pion_decay_at_rest(1.0, 1.0, 1 * m)
    rows: dict[str, Ours] = {
        "pion_decay.line_energy": partial(_given, LINE_ENERGY),
        "pion_decay.michel_endpoint": partial(_given, END_POINT),
    }
    for name, component in (("e", beam.components[1]), ("mubar", beam.components[2])):
        E, w = component.nodes()
        rows[f"pion_decay.mean_energy_{name}"] = partial(_given, float((E * w).sum()))
    for name in ("Ar40", "Cs133", "I127", "Na23", "Ge72", "Ge74"):
        rows[f"nuclear_masses.mass_{name}"] = partial(_given, nuclide(name).mass)
    return rows
