"""The rival's COHERENT CsI 2021: recoils to photoelectrons and arrival times, in NumPy and from the tables alone.

Reads the numbers beside `weakscatter.experiments.coherent_csi_2021` (TOML and CSV, with Python's own readers) and
computes everything else differently from the library: recoil nodes of its own, the gamma density integrated against
the efficiency at every call, arrival times by numerical convolution of pulse, decays and time efficiency.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from math import lgamma
from pathlib import Path

import numpy as np
import reference

FOLDER = Path(__file__).parents[1] / "src" / "weakscatter" / "experiments" / "coherent_csi_2021"

TAU_PI, TAU_MU = 0.026033, 2.1969811  # us

RECOIL_NODES, PE_NODES, TIME_NODES, DELAY_NODES = 40, 16, 24, 400


@cache
def release() -> dict[str, float | list[float]]:
    """The scalars of the release, in the units in which they are published (kg, m, PE, keV, us, MeV)."""
    return {
        name: entry["value"] for name, entry in tomllib.loads((FOLDER / "release.toml").read_text()).items()
    }


def table(name: str) -> dict[str, np.ndarray]:
    """Columns of a CSV file by the first word of their headings."""
    with (FOLDER / name).open() as file:
        heading, *rows = csv.reader(file)
    columns = np.array(rows, dtype=float).T
    return {title.split()[0]: column for title, column in zip(heading, columns, strict=True)}


def panel_nodes(edges: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights [panels, count] between neighbouring edges."""
    unit, weight = reference.unit_nodes(count)
    width = np.diff(edges)[:, None]
    return np.asarray(edges)[:-1, None] + width * unit, width * weight


def morph(nominal: np.ndarray, plus: np.ndarray, minus: np.ndarray, pull: float) -> np.ndarray:
    """HistFactory's "piecewise polynomial and linear" interpolation: plus at 1, minus at -1, straight beyond."""
    if abs(pull) >= 1:
        return nominal + abs(pull) * ((plus if pull > 0 else minus) - nominal)
    half, bend = (plus - minus) / 2, (plus + minus - 2 * nominal) / 16
    return nominal + pull * half + pull**2 * (15 - 10 * pull**2 + 3 * pull**4) * bend


def quenched(T: np.ndarray, pulls: tuple[float, float]) -> np.ndarray:
    """Electron-equivalent energy (MeV) of recoils (MeV): the polynomial with its coefficients moved."""
    numbers = release()
    nominal = np.array(numbers["quenching"])
    coefficients = nominal.copy()
    for i, pull in enumerate(pulls):
        plus, minus = (np.array(numbers[f"quenching_{i}_{side}"]) for side in ("plus", "minus"))
        coefficients += morph(nominal, plus, minus, pull) - nominal
    return np.maximum(sum(c * T ** (k + 1) for k, c in enumerate(coefficients)), 0.0)


def efficiency(x: np.ndarray, pull: float) -> np.ndarray:
    """Efficiency at reconstructed photoelectrons."""
    numbers = release()
    curves = []
    for name in ("efficiency", "efficiency_plus", "efficiency_minus"):
        a, b, c, d = numbers[name]
        curves.append(np.maximum(a / (1 + np.exp(-b * (x - c))) + d, 0.0))
    return morph(*curves, pull)


def seen(light: np.ndarray, pull: float) -> np.ndarray:
    """Probability [b, T] that an event of the given light (MeV) is reconstructed and kept in each bin of PE."""
    numbers = release()
    x, weight = panel_nodes(np.array(numbers["energy_edges"]), PE_NODES)
    keV = np.maximum(light, 1e-12) * 1e3
    a, b = numbers["smearing_a"] / keV, numbers["smearing_b"] * keV
    rate = a * (1 + b)
    log_norm = (1 + b) * np.log(rate) - np.array([lgamma(1 + value) for value in b])
    density = np.exp(log_norm + b * np.log(x[..., None]) - rate * x[..., None])
    return np.einsum("bx,bxt->bt", weight * efficiency(x, pull), density) * (light > 0)


def arrival(delays: str, pulse_mean: float) -> np.ndarray:
    """Fraction [s] that arrives and is kept in each time bin, "prompt" (pion decay) or "delayed" (and muon decay)."""
    numbers = release()
    start, rate, width = (
        numbers[k] for k in ("time_efficiency_start", "time_efficiency_rate", "pulse_width")
    )
    edges = np.array(numbers["time_edges"])
    t, weight = panel_nodes(np.union1d(edges, [start]), TIME_NODES)
    weight = weight * np.exp(-rate * np.maximum(t - start, 0.0))
    # The delay d is integrated where the pulse, at t - d, is not over: nine standard deviations on either side.
    low = np.maximum(t - pulse_mean - 9 * width, 0.0)
    span = np.maximum(t - pulse_mean + 9 * width - low, 0.0)
    unit, delay_weight = reference.unit_nodes(DELAY_NODES)
    d = low[..., None] + span[..., None] * unit
    z = (t[..., None] - d - pulse_mean) / width
    pulse = np.exp(-(z**2) / 2) / (np.sqrt(2 * np.pi) * width)
    if delays == "prompt":
        decay = np.exp(-d / TAU_PI) / TAU_PI
    else:
        decay = (np.exp(-d / TAU_MU) - np.exp(-d / TAU_PI)) / (TAU_MU - TAU_PI)
    kept = np.sum(weight * span * ((pulse * decay) @ delay_weight), axis=1)
    owner = np.searchsorted(edges, t.mean(axis=1)) - 1
    return np.bincount(owner, kept, len(edges) - 1)


def signal(couplings: reference.Couplings, values: Mapping[str, float]) -> np.ndarray:
    """CEvNS counts [b, s] before relative pulls; nuisances and radii by the library's parameter names."""
    numbers = release()
    source = reference.Source(*(numbers[k] for k in ("protons", "neutrino_yield", "distance", "mass")))
    ends = [
        2 * E**2 / (M + 2 * E)
        for *_, M, _, _ in reference.NUCLIDES
        for E in (reference.LINE, reference.END_POINT)
    ]
    T, weight = panel_nodes(np.array([0.0, *sorted(ends)]), RECOIL_NODES)
    T, weight = T.ravel(), weight.ravel()
    common = values.get("neutron_radius_CsI")
    radii = tuple(
        values.get(f"neutron_radius_{name}", default if common is None else common)
        for name, default in (("Cs133", reference.NUCLIDES[0][4]), ("I127", reference.NUCLIDES[1][4]))
    )
    spectra = reference.recoil_spectrum(T, couplings, source, neutron_radii=radii)
    light = quenched(T, (values.get("quenching_csi_0", 0.0), values.get("quenching_csi_1", 0.0)))
    energy = seen(light, values.get("efficiency_csi", 0.0)) * weight
    mean = values.get("sns_pulse_csi", numbers["pulse_mean"])
    prompt, delayed = arrival("prompt", mean), arrival("delayed", mean)
    continua = spectra["nu_e"] + spectra["nu_mu_bar"]
    return np.outer(energy @ spectra["nu_mu"], prompt) + np.outer(energy @ continua, delayed)


def rebinned(centres: np.ndarray, contents: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Contents of equal cells shared out to other bins by overlap."""
    half = (centres[1] - centres[0]) / 2
    overlap = np.minimum(edges[1:, None], centres + half) - np.maximum(edges[:-1, None], centres - half)
    return np.maximum(overlap, 0.0) @ contents / (2 * half)


@cache
def backgrounds() -> dict[str, np.ndarray]:
    """Beam-related and neutrino-induced neutrons and the steady state [b, s], before pulls."""
    numbers, energies, times = release(), table("backgrounds.csv"), table("background_times.csv")
    pe, edges = np.array(numbers["energy_edges"]), np.array(numbers["time_edges"])
    rate = numbers["time_efficiency_rate"]
    kept = np.exp(-rate * np.maximum(times["time"] - numbers["time_efficiency_start"], 0.0))
    result = {
        name: np.outer(
            rebinned(energies["energy"], energies[name], pe) / energies[name].sum(),
            rebinned(times["time"], times[name] * kept, edges),
        )
        for name in ("brn", "nin")
    }
    share = np.exp(-rate * edges[:-1]) - np.exp(-rate * edges[1:])
    result["steady_state"] = np.outer(histogram(0).sum(axis=1), share / share.sum())
    return result


@cache
def histogram(coincidence: int) -> np.ndarray:
    """Events [b, s]: 1 in coincidence with the beam, 0 in anti-coincidence; a lower edge belongs to its bin."""
    numbers, events = release(), table("events.csv")
    bins = [
        np.searchsorted(np.array(numbers[f"{axis}_edges"]), events[axis], side="right") - 1
        for axis in ("energy", "time")
    ]
    shape = tuple(len(numbers[f"{axis}_edges"]) - 1 for axis in ("energy", "time"))
    inside = (events["coincidence"] == coincidence) & (bins[0] >= 0) & (bins[1] >= 0)
    inside &= (bins[0] < shape[0]) & (bins[1] < shape[1])
    counts = np.zeros(shape)
    np.add.at(counts, (bins[0][inside], bins[1][inside]), 1.0)
    return counts


def components(couplings: reference.Couplings, values: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Expected counts [b, s] of signal and backgrounds after all relative pulls."""
    factor = {name: 1 + values.get(f"{name}_csi", 0.0) for name in ("brn", "nin", "steady_state")}
    strength = (1 + values.get("sns_flux", 0.0)) * (1 + values.get("form_factor_csi", 0.0))
    strength *= values.get("signal_strength", 1.0)
    return {"cevns": strength * signal(couplings, values)} | {
        name: factor[name] * counts for name, counts in backgrounds().items()
    }


def minus_two_ln_likelihood(
    counts: np.ndarray, data: np.ndarray, pulls: Mapping[str, tuple[float, float]]
) -> float:
    """Saturated Poisson deviance plus ((value)/sigma)^2 over `pulls` {name: (distance from centre, sigma)}."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(data > 0, data * np.log(data / counts), 0.0)
    return float(2 * np.sum(counts - data + logarithm) + sum((d / s) ** 2 for d, s in pulls.values()))
