"""Restate the COHERENT CsI 2017 data release (arXiv:1804.09459) in the library's layout.

    python tools/restate_coherent_csi_2017.py RELEASE_DIR [--out DIR]

The release folder is checked first (files, rows, axes, counts in the analysis window, sha256); a release that
differs is refused and the file is named. The tables then replace those in DIR, SOURCE.toml with their
checksums last. The same release gives the same bytes.

How the release is read:

- counts stand in bins of 2 PE and 0.5 us, named by their centres: the window 6-30 PE, 0-6 us is bins 4 to 15 and 1 to 12;
- the prompt neutrons are per GWh and PE *before* the acceptance, which is taken at the centres of 1-PE bins;
- the arrival times are normalised within 12 us, although 0.6 % of the neutrinos of the muon come later;
- checksums leave out lines that start with '#': the copy at hand was stripped of its headers.
"""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from release_files import ReleaseError, command, compare_checksums, csv_text, read_files
from restate_coherent_csi_2017_scalars import release_toml, source_toml
from restate_coherent_csi_2021 import delayed_cumulative
from scipy.optimize import brentq, least_squares

from weakscatter.constants import CATALOGUE

SHA256 = {
    "arrivalTimePDF_delayedNeutrinos.txt": "6d8b4054173ca7d4f612b2ead7ce563e99eb99af9f4fc8d7b8b47c06cd5b640f",
    "arrivalTimePDF_promptNeutrinos.txt": "2c92dd58f1366b7844e6ea0c73f016069a2c9b7d4538374259c00c370b9eb66a",
    "arrivalTimePDF_promptNeutrons.txt": "f3992ea6d88a3da80f5134a00e4a7b784c119c9adeed9bc9649f4134e203fb11",
    "data_anticoincidence_beamOff.txt": "a0d52f3430c4a42e79bde5b1fc98807794f2dac13f38e94017c1cbbd9e8e6e10",
    "data_anticoincidence_beamOn.txt": "8b180f9395dc8886f8be02f619e35903f151f8b15f7cbc5a0171ac7e59e59523",
    "data_coincidence_beamOff.txt": "8d1133850a290e2d1e958c08184806dbd1e45bcb671937d1308ef6a5bb7cc63f",
    "data_coincidence_beamOn.txt": "f9e8b795a48eb1f3a22cdca33cad978e5dc17fe56ea8f6a0bf32d18967051765",
    "promptPDF.txt": "09d17caee92b5b0509f19b2233dab72cfdca1c0bbb68669c200331d95b330b1e",
}
ARRIVALS = {
    "prompt": "arrivalTimePDF_promptNeutrinos.txt",
    "delayed": "arrivalTimePDF_delayedNeutrinos.txt",
    "brn": "arrivalTimePDF_promptNeutrons.txt",
}
COUNTS = {
    "coincident": "data_coincidence_beamOn.txt",
    "anticoincident": "data_anticoincidence_beamOn.txt",
    "coincident_off": "data_coincidence_beamOff.txt",
    "anticoincident_off": "data_anticoincidence_beamOff.txt",
}
SHAPES = {
    **dict.fromkeys(ARRIVALS.values(), (24, 2)),
    **dict.fromkeys(COUNTS.values(), (600, 3)),
    "promptPDF.txt": (50, 2),
}
WINDOW_COUNTS = {
    "data_coincidence_beamOn.txt": 547,
    "data_anticoincidence_beamOn.txt": 405,
    "data_coincidence_beamOff.txt": 209,
    "data_anticoincidence_beamOff.txt": 207,
}
ENERGY_EDGES = tuple(np.arange(6.0, 31.0, 2.0).tolist())  # PE
TIME_EDGES = tuple(np.arange(0.0, 6.1, 0.5).tolist())  # us
_TIMES = np.arange(24) * 0.5 + 0.25  # us
_ENERGIES = np.arange(25) * 2.0 + 1.0  # PE
_WHERE = "Zenodo, doi 10.5281/zenodo.1228631"


@dataclass(frozen=True, eq=False)
class Fits:
    """What is fitted to the release.

    ``mean``, ``width`` (us) of a Gaussian proton pulse behind the decays, ``residual`` the largest difference to an
    arrival probability; ``rate``, ``rate_error`` (1/us) of the exponential in time of the anti-coincident counts.
    """

    mean: float
    width: float
    residual: float
    rate: float
    rate_error: float


def in_window(rows: np.ndarray) -> int:
    """Return the counts in 6-30 PE and 0-6 us."""
    energy, time, counts = rows.T
    inside = (energy > ENERGY_EDGES[0]) & (energy < ENERGY_EDGES[-1]) & (time < TIME_EDGES[-1])
    return int(counts[inside].sum())


def read_release(folder: Path) -> dict[str, np.ndarray]:
    """Read and check the release: {file name: rows}. Raise ReleaseError naming the file that differs."""
    release = read_files(folder, SHAPES, f"the data release of arXiv:1804.09459 ({_WHERE})")
    grid = np.stack(np.meshgrid(_ENERGIES, _TIMES, indexing="ij"), axis=-1).reshape(-1, 2)
    axes = {
        **dict.fromkeys(COUNTS.values(), grid),
        **dict.fromkeys(ARRIVALS.values(), _TIMES[:, None]),
        "promptPDF.txt": (np.arange(50) + 0.5)[:, None],
    }
    for name, axis in axes.items():
        if not np.allclose(release[name][:, :-1], axis, rtol=0, atol=1e-9):
            raise ReleaseError(f"{name}: its bin centres are not the expected ones.")
    for name, count in WINDOW_COUNTS.items():
        found = in_window(release[name])
        if found != count:
            raise ReleaseError(f"{name}: {found} events in 6-30 PE and 0-6 us, {count} expected.")
    compare_checksums(folder, SHA256, _WHERE, without_comments=True)
    return release


def fit_pulse(prompt: np.ndarray, delayed: np.ndarray) -> tuple[float, float, float]:
    """Fit mean and width (us) of a Gaussian pulse to both tables, least squares; and the largest residual.

    The model is normalised within the 12 us of the tables, as they are.
    """
    pion, muon = (1e-3 * CATALOGUE[name].value for name in ("tau_pi", "tau_mu"))  # ns in the catalogue
    edges = np.append(_TIMES - 0.25, _TIMES[-1] + 0.25)

    def residual(p: np.ndarray) -> np.ndarray:
        first, second = (delayed_cumulative(edges, p[0], p[1], tau) for tau in (pion, muon))
        late = np.diff((pion * first - muon * second) / (pion - muon))
        early = np.diff(first)
        return np.concatenate([early / early.sum() - prompt, late / late.sum() - delayed])

    fit = least_squares(residual, [0.7, 0.14], ftol=1e-14, xtol=1e-14, gtol=1e-14)
    return float(fit.x[0]), float(fit.x[1]), float(np.max(np.abs(fit.fun)))


def fit_rate(counts: np.ndarray) -> tuple[float, float]:
    """Fit exp(-rate t) to counts in 0.5 us bins, maximum likelihood: rate and its error (1/us).

    For equal bins the likelihood depends on the mean bin number alone: mean = 1/(e^x - 1) - n/(e^(n x) - 1) with
    x = rate * 0.5 us.
    """
    n, width = len(counts), _TIMES[1] - _TIMES[0]
    mean = float(counts @ np.arange(n) / counts.sum())

    def expected(x: float) -> float:
        return float(1 / np.expm1(x) - n / np.expm1(n * x))

    x = float(brentq(lambda x: expected(x) - mean, 1e-6, 5.0, xtol=1e-15))
    variance = np.exp(x) / np.expm1(x) ** 2 - n**2 * np.exp(n * x) / np.expm1(n * x) ** 2
    return float(x / width), float(1 / np.sqrt(counts.sum() * variance) / width)


def fits(release: dict[str, np.ndarray]) -> Fits:
    """Return the proton pulse, and the fall of the anti-coincident counts of 6-30 PE over all 12 us."""
    pulse = fit_pulse(release[ARRIVALS["prompt"]][:, 1], release[ARRIVALS["delayed"]][:, 1])
    energy, _, counts = release[COUNTS["anticoincident"]].T
    inside = (energy > ENERGY_EDGES[0]) & (energy < ENERGY_EDGES[-1])
    return Fits(*pulse, *fit_rate(counts[inside].reshape(-1, len(_TIMES)).sum(axis=0)))


def counts_table(release: dict[str, np.ndarray]) -> str:
    """All four sets of counts beside their common axes."""
    first = next(iter(COUNTS.values()))
    columns = [release[first][:, :2], *(release[name][:, 2:] for name in COUNTS.values())]
    header = ["energy (PE)", "time (us)", *(f"{name} (1)" for name in COUNTS)]
    return csv_text(header, np.concatenate(columns, axis=1))


def arrival_table(release: dict[str, np.ndarray]) -> str:
    """The three arrival times beside their common axis."""
    columns = [_TIMES, *(release[name][:, 1] for name in ARRIVALS.values())]
    return csv_text(["time (us)", *(f"{name} (1)" for name in ARRIVALS)], np.column_stack(columns))


def restate(release: dict[str, np.ndarray]) -> dict[str, str]:
    """Return {file name: text} of all derived files, SOURCE.toml last."""
    events = in_window(release[COUNTS["anticoincident"]])
    tables = {
        "counts.csv": counts_table(release),
        "arrival_times.csv": arrival_table(release),
        "prompt_neutrons.csv": csv_text(["energy (PE)", "brn (1/(GWh PE))"], release["promptPDF.txt"]),
        "release.toml": release_toml(fits(release), events, ENERGY_EDGES, TIME_EDGES),
    }
    derived = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    return {**tables, "SOURCE.toml": source_toml(derived, SHA256)}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 bad input."""
    return command(
        "coherent_csi_2017",
        "COHERENT CsI 2017",
        "folder with the data release of arXiv:1804.09459",
        lambda folder: restate(read_release(folder)),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
