"""Restate the COHERENT CsI 2021 data release (arXiv:2110.07730, ancillary files) in the library's layout.

    python tools/restate_coherent_csi_2021.py RELEASE_DIR [--out DIR]

The release folder is checked first (files, rows, counts in the analysis window, sha256); a release that
differs is refused and the file is named. The tables then replace those in DIR, SOURCE.toml with their
checksums last; `python tools/checksums.py` then lists the new SOURCE.toml. The same release gives the same bytes.

How the release is read:

- the neutron energy densities per PE (brnPE, ninPE) contain the energy efficiency and are normalised to 1
  below 60 PE; their arrival times (brnTrec, ninTrec) do not contain the time efficiency. Counts without time
  efficiency are therefore sum(Trec)/sum(PE): 18.45 and 5.67 for energies up to 60 PE;
- the two efficiency variations, both labelled "+1 sigma", are the two sides: the lower midpoint accepts more;
- the neutrino arrival-time histogram of the release (a ROOT file) is not used. Neutrino-induced neutrons come
  at once, so ninTrec has the time of the neutrinos from muon decay: the proton pulse is fitted to it.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from release_files import ReleaseError, command, compare_checksums, csv_text, read_files
from restate_coherent_csi_2021_scalars import release_toml, source_toml
from scipy.optimize import least_squares
from scipy.special import log_ndtr, ndtr

from weakscatter.constants import CATALOGUE

SHA256 = {
    "brnPE.txt": "0000b042b8d0d28b90370eb70d1409db1d8c510fcf2b3e636370b0d4443ac0b0",
    "brnTrec.txt": "6f279d835242a868dfc048abaa42b8c400bf961036de7bc7e64636efdd46466f",
    "dataBeamOnAC.txt": "f530d4a50e889333ada0e739db2e36d7f9f3b783822c8c6e932dae88ce071639",
    "dataBeamOnC.txt": "0a188a0291af06dd023d966d1c9fea7a82ec32d8c1a10750fd09c2b17f10a749",
    "effCoefficients.txt": "f1e58e6b8ec4db53da3be21fe44ebc4621e9b248b920be09759b1000dada8c51",
    "ninPE.txt": "41cae0376003cc2dcd028a3913e7c16395471f612b56d311f80e2a6071c9950c",
    "ninTrec.txt": "2bb034d648b312f4ee329ae95078dc748ff3f83b999c411b08f86d82ddf8e151",
    "scintRespCoefficients.txt": "ea6b8f34b296bf6e99f2a4ac504030d99155daba3e3c252f51c87d2470319d13",
}
SHAPES = {
    "brnPE.txt": (250, 2),
    "brnTrec.txt": (650, 2),
    "dataBeamOnAC.txt": (4890, 2),
    "dataBeamOnC.txt": (5142, 2),
    "effCoefficients.txt": (3, 4),
    "ninPE.txt": (250, 2),
    "ninTrec.txt": (650, 2),
    "scintRespCoefficients.txt": (5, 4),
}
WINDOW_COUNTS = {"dataBeamOnC.txt": 1567, "dataBeamOnAC.txt": 1291}
ENERGY_EDGES = (8.0, 12.0, 16.0, 20.0, 24.0, 32.0, 40.0, 50.0, 60.0)  # PE
TIME_EDGES = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0, 2.0, 4.0, 6.0)  # us


@dataclass(frozen=True, eq=False)
class Pulse:
    """Proton pulse on the time axis of the data (us), fitted to the arrival times of the release.

    ``mean`` and ``width`` (standard deviation) from all cells of ninTrec, ``*_change`` their change when
    cells are weighted by 1/counts, ``residual`` the largest residual relative to the peak, ``neutron_delay``
    how much later the pulse stands in brnTrec.
    """

    mean: float
    width: float
    mean_change: float
    width_change: float
    residual: float
    neutron_delay: float


def in_window(events: np.ndarray) -> int:
    """Return the number of events (PE, us) in the analysis window, lower edges included."""
    energy, time = events.T
    inside = (energy >= ENERGY_EDGES[0]) & (energy < ENERGY_EDGES[-1])
    return int(np.sum(inside & (time >= TIME_EDGES[0]) & (time < TIME_EDGES[-1])))


def read_release(folder: Path) -> dict[str, np.ndarray]:
    """Read and check the release: {file name: rows}. Raise ReleaseError naming the file that differs."""
    release = read_files(folder, SHAPES, "the ancillary files of arXiv:2110.07730")
    for name, count in WINDOW_COUNTS.items():
        found = in_window(release[name])
        if found != count:
            raise ReleaseError(f"{name}: {found} events in 8-60 PE and 0-6 us, {count} expected.")
    compare_checksums(folder, SHA256, "arXiv:2110.07730")
    return release


def delayed_cumulative(t: np.ndarray, mean: float, width: float, lifetime: float) -> np.ndarray:
    """Cumulative distribution of Gaussian pulse + exponential delay; t and all parameters in us."""
    z, ratio = (t - mean) / width, width / lifetime
    return ndtr(z) - np.exp(ratio**2 / 2 - (t - mean) / lifetime + log_ndtr(z - ratio))


def fit_arrival(
    times: np.ndarray, counts: np.ndarray, lifetimes: tuple[float, ...], scatter: np.ndarray | float
) -> tuple[np.ndarray, float]:
    """Fit amplitude, mean and width of a Gaussian pulse behind decays to counts in 10 ns cells.

    Parameters
    ----------
    times : array [n] (us)
        Centres of the cells.
    counts : array [n]
        Counts per cell.
    lifetimes : one or two lifetimes in sequence (us)
    scatter : array [n] or float
        What each residual is divided by; the release states no errors of its simulated arrival times.

    Returns
    -------
    array [3], float
        Amplitude (counts), mean, width (us); largest residual relative to the largest count.
    """
    edges = np.append(times - 0.005, times[-1] + 0.005)

    def residual(p: np.ndarray) -> np.ndarray:
        each = [delayed_cumulative(edges, p[1], p[2], tau) for tau in lifetimes]
        total = each[0]
        if len(lifetimes) == 2:
            first, second = lifetimes
            total = (first * each[0] - second * each[1]) / (first - second)
        return np.asarray((p[0] * np.diff(total) - counts) / scatter)

    start = [counts.sum(), times[np.argmax(np.diff(counts))] + 0.1, 0.15]
    fit = least_squares(residual, start, x_scale=[counts.sum(), 0.1, 0.1], ftol=1e-14, xtol=1e-14, gtol=1e-14)
    return fit.x, float(np.max(np.abs(fit.fun * scatter)) / counts.max())


def fit_pulse(release: dict[str, np.ndarray]) -> Pulse:
    """Fit the proton pulse: ninTrec as pulse * pion decay * muon decay, brnTrec as pulse * pion decay."""
    pion, muon = (1e-3 * CATALOGUE[name].value for name in ("tau_pi", "tau_mu"))  # ns in the catalogue
    times, counts = release["ninTrec.txt"].T
    (_, mean, width), worst = fit_arrival(times, counts, (pion, muon), counts.max())
    poisson = np.sqrt(
        np.maximum(counts, counts.max() / 300)
    )  # empty cells before the pulse get a finite weight
    (_, other_mean, other_width), _ = fit_arrival(times, counts, (pion, muon), poisson)
    neutron_times, neutron_counts = release["brnTrec.txt"].T
    (_, neutron_mean, _), _ = fit_arrival(neutron_times, neutron_counts, (pion,), neutron_counts.max())
    return Pulse(mean, width, abs(other_mean - mean), abs(other_width - width), worst, neutron_mean - mean)


def events_table(release: dict[str, np.ndarray]) -> str:
    """Both event lists in one, sorted by coincidence, time and energy."""
    lists = [
        np.column_stack([release[name], np.full(len(release[name]), flag)])
        for name, flag in (("dataBeamOnC.txt", 1.0), ("dataBeamOnAC.txt", 0.0))
    ]
    events = np.concatenate(lists)
    order = np.lexsort((events[:, 0], events[:, 1], events[:, 2]))
    return csv_text(["energy (PE)", "time (us)", "coincidence (1)"], events[order])


def pair_table(release: dict[str, np.ndarray], kind: str, header: list[str]) -> str:
    """Both neutron backgrounds beside their common axis."""
    brn, nin = release[f"brn{kind}.txt"], release[f"nin{kind}.txt"]
    if not np.array_equal(brn[:, 0], nin[:, 0]):
        raise ReleaseError(f"nin{kind}.txt: its axis differs from that of brn{kind}.txt.")
    return csv_text(header, np.column_stack([brn, nin[:, 1]]))


def restate(release: dict[str, np.ndarray]) -> dict[str, str]:
    """Return {file name: text} of all derived files, SOURCE.toml last."""
    tables = {
        "events.csv": events_table(release),
        "backgrounds.csv": pair_table(release, "PE", ["energy (PE)", "brn (1/PE)", "nin (1/PE)"]),
        "background_times.csv": pair_table(release, "Trec", ["time (us)", "brn (counts)", "nin (counts)"]),
        "release.toml": release_toml(release, fit_pulse(release), ENERGY_EDGES, TIME_EDGES),
    }
    derived = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    return {**tables, "SOURCE.toml": source_toml(derived, SHA256)}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 bad input."""
    return command(
        "coherent_csi_2021",
        "COHERENT CsI 2021",
        "folder with the ancillary files of arXiv:2110.07730",
        lambda folder: restate(read_release(folder)),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
