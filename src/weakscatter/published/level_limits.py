"""Limits on moments, charges and radii from a background level at threshold: xenon and the Sun, germanium and reactors.

The papers (Hsieh et al. 2019, Chen et al. 2015) do not state their statistics in what is at hand. Their limits hardly depend
on the exposure and follow "signal at threshold comparable with the background level"; three methods stand side by side:

- *rule*, the number compared: the signal's density at threshold is the background level, no exposure enters;
- *subtracted*: Asimov data, flat background known and subtracted, statistical errors, threshold to 30 keV;
- *likelihood*: the same counts with the level of the background free.

Binding by stepping with measured edges; charges by equivalent photons (infrared mass 1 eV), stepping beside it. The bound
on a radius is that on positive ones, as printed ("<"), with the negative end beside it. For germanium the papers' background is not at hand: the level is what their
limit on the moment implies, and the rule predicts the limits on charge and radius of the same data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from weakscatter.detectors import DirectSmearing, GaussianResolution, PerfectEfficiency
from weakscatter.flux import Beam, reactor_antineutrinos, solar_neutrinos
from weakscatter.grids import panels
from weakscatter.inference import PolynomialSignal, free_level_limit, level_rule, subtracted_limit
from weakscatter.interactions import ChargeRadius, Millicharge, UniversalMagneticMoment, Weak
from weakscatter.matter import material, subshells
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.published.records import row
from weakscatter.response import EquivalentPhoton, InfraredMass, Stepping, photoabsorption
from weakscatter.units import cm, day, eV, keV, kg, s, yr

#: What is limited, by the name in a row's id: theory of a value in the unit of the row, and a value of the size probed.
QUANTITIES: dict[str, tuple[Callable[[float], Any], float]] = {
    "moment": (lambda x: UniversalMagneticMoment(x * 1e-11), 10.0),
    "charge": (lambda x: Millicharge(x * 1e-12 * np.eye(3)), 1.0),
    "radius": (lambda x: ChargeRadius(x * 1e-30 * cm**2 * np.eye(3)), 1.0),
}

#: Xenon: exposure (t yr), threshold (keV) and background (1/(kg keV d)) as printed.
XENON = {
    "xenon10": (8.67e-2, 2.0, 1.1),
    "xenon100": (2.1e-2, 5.0, 5.3e-3),
    "pandax2": (7.4e-2, 1.2, 2.7e-3),
    "xenon1t": (1.0, 1.4, 2.24e-4),
    "lz": (15.34, 1.5, 4.27e-5),
    "lz_low": (15.34, 0.5, 4.27e-5),
    "darwin": (14.0, 2.0, 2.0e-5),
}

#: Germanium: flux (1/(cm^2 s)) and threshold (keV) as printed.
GERMANIUM = {
    "texono_hpge": (0.64e13, 12.0),
    "gemma": (2.7e13, 2.8),
    "texono_point": (0.64e13, 0.3),
    "projected": (2.7e13, 0.1),
}

_END, _BIN = 30.0, 1.0  # keV: end of the window and width of its bins, ours
_PANELS, _POINTS = 80, 4


@dataclass(frozen=True, eq=False)
class Terms:
    """Spectra at energies T [T] (keV), per kg, day and keV: the Standard Model, and per quantity (linear, quadratic)."""

    T: np.ndarray
    standard: np.ndarray
    terms: dict[str, tuple[np.ndarray, np.ndarray]]

    def signal(self, quantity: str, energy: float) -> PolynomialSignal:
        """Densities at one of the energies."""
        k = int(np.argmin(np.abs(self.T - energy)))
        linear, quadratic = self.terms[quantity]
        return PolynomialSignal(linear[k], quadratic[k])


def spectra(element: str, beam: Beam, T: np.ndarray, table: str) -> Terms:
    """Terms of the spectrum of one day of a beam on an element, by stepping and with photons of a table, at T [T] (keV)."""
    targets = electron_targets(material(element), 1 * kg, lambda symbol: Stepping(subshells(symbol)))

    def rate(targets: Any, theory: Any) -> np.ndarray:
        return np.asarray(sum(recoil_spectrum(beam, targets, theory, T * keV).values())) * keV

    standard = rate(targets, Weak())
    terms = {}
    for name, (make, x) in QUANTITIES.items():
        plus, minus = (rate(targets, Weak() + make(sign * x)) for sign in (1, -1))
        # The rate is a quadratic form in the couplings: three values have both terms without an error.
        terms[name] = ((plus - minus) / (2 * x), np.maximum((plus + minus - 2 * standard) / (2 * x**2), 0.0))
    photons = EquivalentPhoton(photoabsorption(element, table), InfraredMass(1 * eV))
    make, x = QUANTITIES["charge"]
    atoms = electron_targets(material(element), 1 * kg, lambda symbol: photons)
    terms["photons"] = (0 * T, rate(atoms, make(x)) / x**2)
    return Terms(T, standard, terms)


@lru_cache(maxsize=1)
def xenon() -> Terms:
    """One day of the Sun: at the thresholds, then at the nodes of the window."""
    nodes, _ = panels(_window(), _POINTS)
    T = np.concatenate([_thresholds(XENON, 1), nodes])
    return spectra("Xe", solar_neutrinos(duration=1 * day), T, "elam")


@lru_cache(maxsize=1)
def _window() -> np.ndarray:
    """Panel edges (keV): closer than the resolution, and the edges of xenon."""
    low, high = 0.25, _END + 10
    edges = (shell.energy / keV for shell in subshells("Xe"))
    return np.unique([*np.geomspace(low, high, _PANELS + 1), *(edge for edge in edges if low < edge < high)])


def _thresholds(table: Any, column: int) -> np.ndarray:
    return np.array(sorted({entry[column] for entry in table.values()}))


@lru_cache(maxsize=1)
def germanium() -> Terms:
    """One day of 1e13 antineutrinos of a reactor per cm^2 and s, at the thresholds."""
    beam = reactor_antineutrinos(flux=1e13 / (cm**2 * s), duration=1 * day)
    return spectra("Ge", beam, _thresholds(GERMANIUM, 1), "henke")


def modulus(ends: tuple[float, float]) -> float:
    """The weaker of both signs."""
    return max(-ends[0], ends[1])


def _bound(quantity: str, ends: tuple[float, float]) -> float:
    return ends[1] if quantity == "radius" else modulus(ends)


def xenon_rule(name: str, quantity: str) -> float:
    """Limit of the rule in the unit of the row."""
    _, threshold, level = XENON[name]
    return _bound(quantity, level_rule(xenon().signal(quantity, threshold), level))


@lru_cache(maxsize=8)
def _binned(threshold: float) -> Callable[[np.ndarray], np.ndarray]:
    """From a spectrum at the nodes of the window to rates in observed bins [b], per kg and day."""
    found, first = xenon(), len(_thresholds(XENON, 1))
    T = found.T[first:]
    _, weights = panels(_window(), _POINTS)
    bins = np.linspace(threshold, _END, round((_END - threshold) / _BIN) + 1)
    # Of XENON100, sigma/E = 0.009 + 0.485/sqrt(E/keV) (recalled); here the two are added in quadrature.
    width = GaussianResolution(stochastic=0.485 * keV**0.5, constant=0.009)
    seen = np.asarray(DirectSmearing(width, PerfectEfficiency(), bins * keV).response(T * keV, [1.0]))
    return lambda spectrum: seen @ (weights * spectrum[first:])


def xenon_methods(name: str, quantity: str, results: Any = None) -> dict[str, float]:
    """Limits by subtraction and by likelihood, and for charges the rule with stepping."""
    exposure, threshold, level = XENON[name]
    size = exposure * 1e3 * (yr / day)
    binned = _binned(threshold)
    linear, quadratic = xenon().terms[quantity]
    signal = PolynomialSignal(size * binned(linear), size * binned(quadratic))
    bins = np.linspace(threshold, _END, len(signal.linear) + 1)
    background = size * (level * np.diff(bins) + binned(xenon().standard))
    found = {
        "subtracted": _bound(quantity, subtracted_limit(signal, background)),
        "likelihood": _bound(quantity, free_level_limit(signal, background)),
    }
    if quantity == "photons":
        return {"rule with stepping": xenon_rule(name, "charge"), **found}
    if quantity == "radius":
        return {"rule, negative end": level_rule(xenon().signal(quantity, threshold), level)[0], **found}
    return found


def implied_level(name: str) -> float:
    """Background (1/(kg keV d)) of which the printed limit on the moment is the rule's."""
    flux, threshold = GERMANIUM[name]
    x = row(f"chen2015.{name}_moment").value
    return float(flux / 1e13 * germanium().signal("moment", threshold)(x)[0])


def germanium_rule(name: str, quantity: str) -> float:
    """Limit on charge or radius by the rule, with the level that the limit on the moment implies."""
    flux, threshold = GERMANIUM[name]
    return _bound(
        quantity, level_rule(germanium().signal(quantity, threshold), implied_level(name) * 1e13 / flux)
    )


def one_per_cent(quantity: str) -> float:
    """Value whose signal at 0.1 keV is 1 % of the Standard Model."""
    found = germanium()
    k = int(np.argmin(np.abs(found.T - 0.1)))
    return _bound(quantity, level_rule(found.signal(quantity, 0.1), 0.01 * float(found.standard[k])))


def _named(quantity: str) -> str:
    return "photons" if quantity == "charge" else quantity


def level_limit_rows() -> dict[str, Callable[[Any], float]]:
    """{row id: function of anything}."""
    rows: dict[str, Callable[[], float]] = {}
    for quantity in QUANTITIES:
        for name in XENON:
            if (name, quantity) != ("lz_low", "radius"):
                rows[f"hsieh2019.{name}_{quantity}"] = partial(xenon_rule, name, _named(quantity))
        for name in GERMANIUM:
            if quantity != "moment":
                rows[f"chen2015.{name}_{quantity}"] = partial(germanium_rule, name, _named(quantity))
        rows[f"chen2015.one_per_cent_{quantity}"] = partial(one_per_cent, _named(quantity))
    return {id: partial(_alone, ours) for id, ours in rows.items()}


def level_limit_methods() -> dict[str, Callable[[Any], dict[str, float]]]:
    """{row id: function of anything that gives {method: number}}."""
    found: dict[str, Callable[[Any], dict[str, float]]] = {
        f"hsieh2019.{name}_{quantity}": partial(xenon_methods, name, _named(quantity))
        for name in XENON
        for quantity in QUANTITIES
        if (name, quantity) != ("lz_low", "radius")
    }
    for name in GERMANIUM:
        found[f"chen2015.{name}_charge"] = partial(_stepping, partial(germanium_rule, name, "charge"))
    found["chen2015.one_per_cent_charge"] = partial(_stepping, partial(one_per_cent, "charge"))
    return found


def _stepping(ours: Callable[[], float], results: Any) -> dict[str, float]:
    return {"rule with stepping": ours()}


def _alone(ours: Callable[[], float], results: Any) -> float:
    return ours()
