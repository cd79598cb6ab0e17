"""Restate the XENONnT solar 8B data release (doi 10.5281/zenodo.20576156) in the library's layout.

    python tools/restate_xenonnt_b8.py RELEASE_DIR [--out DIR]

The release folder (data, binning, templates) is checked first: files, shapes, edges, counts, sha256 of the data. The same release
gives the same bytes. Kept are the runs SR0 and SR1, whose exposure is published; of SR2 it is not at hand.

How the release is read:

- four observables with three bins each, cS2, quantile of S2_pre/dt_pre, S1 BDT, S2 BDT: bins are numbered 0 to 80, the last one fastest;
- templates of backgrounds are events per tonne and year; monoenergetic templates are probabilities per recoil;
- nominal light and charge yields (the only ones that the release at hand holds), and no template of neutrons.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import h5py
import numpy as np
from release_files import ReleaseError, csv_text, entry, source_text, write_all

RUNS = ("sr0", "sr1")
EVENTS = {"sr0": 9, "sr1": 28}
SHA256 = {
    "sr0.csv": "12277eb44af10eb7cb1346a2acb05e64b17e30f57e6dfdd90dd6afc3c59ee2b5",
    "sr1.csv": "3bfda89ec224837f07af87b5130946071e1826241c861b5ae7e95ffe790d1307",
}
ENERGIES = np.round(np.arange(0.5, 5.01, 0.1), 1)  # keV
_BINS = 81
_WHERE = "Zenodo, doi 10.5281/zenodo.20576156"
OUT = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "experiments" / "xenonnt_b8_2024"


def template(path: Path) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the edges of the four observables and the flattened template [81]."""
    if not path.is_file():
        raise ReleaseError(f"{path.name}: missing in {path.parent}; take it from {_WHERE}.")
    with h5py.File(path) as file:
        edges = [np.asarray(file[f"bins/{axis}"]) for axis in range(4)]
        values = np.asarray(file["templates/template"])
    if values.shape != (3, 3, 3, 3) or not np.all(np.isfinite(values) & (values >= 0.0)):
        raise ReleaseError(f"{path.name}: is not a template of 3 x 3 x 3 x 3 numbers that are not negative.")
    return edges, values.ravel()


def counts(folder: Path, run: str, edges: list[np.ndarray]) -> np.ndarray:
    """Return the events in each bin [81]."""
    path = folder / "data" / f"{run}.csv"
    if not path.is_file():
        raise ReleaseError(f"{path.name}: missing in {path.parent}.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256[path.name]:
        raise ReleaseError(
            f"{path.name}: sha256 {found}, {SHA256[path.name]} expected; take it again from {_WHERE}."
        )
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    filled, _ = np.histogramdd(rows[:, 1:], edges)
    if len(rows) != EVENTS[run] or filled.sum() != EVENTS[run]:
        raise ReleaseError(
            f"{path.name}: {int(filled.sum())} events in the bins, {EVENTS[run]} expected in each."
        )
    return filled.ravel()


def tables(folder: Path) -> dict[str, str]:
    """Return {file name: text} of the restated tables."""
    data, backgrounds, signal = [np.arange(_BINS)], [np.arange(_BINS)], [ENERGIES]
    for run in RUNS:
        base = folder / "templates" / run
        edges, accidental = template(base / "ac" / f"template_XENONnT_{run}_ac_cevns.h5")
        _, electronic = template(base / "er" / f"template_XENONnT_{run}_er_cevns.h5")
        data.append(counts(folder, run, edges))
        backgrounds += [accidental, electronic]
        mono = []
        for energy in ENERGIES:
            name = f"template_XENONnT_{run}_mono_{energy:.3f}_cevns_tly_0.0_tqy_0.0.h5"
            own, values = template(base / "mono" / name)
            if any(not np.allclose(a, b, rtol=1e-6) for a, b in zip(own, edges, strict=True)):
                raise ReleaseError(f"{name}: its bins are not those of the background templates.")
            mono.append(values)
        signal += list(np.array(mono).T)
    of_run = [f"{what}_{run} (1/(t yr))" for run in RUNS for what in ("ac", "er")]
    columns = [f"{run}_{i:02d} (1)" for run in RUNS for i in range(_BINS)]
    return {
        "counts.csv": csv_text(["bin (1)", *(f"{run} (1)" for run in RUNS)], np.array(data).T),
        "backgrounds.csv": csv_text(["bin (1)", *of_run], np.array(backgrounds).T, 7),
        "templates.csv": csv_text(["recoil_energy (keV)", *columns], np.array(signal).T, 6),
        "release.toml": scalars(),
    }


def scalars() -> str:
    """Return release.toml."""
    paper = "XENON Collaboration, Phys. Rev. Lett. 133, 191002, arXiv:2408.02877"
    head = "# Scalars of XENONnT 8B 2024. Written by tools/restate_xenonnt_b8.py, never by hand.\n"
    rows = [
        entry("exposure", 3.51, "t yr", "verified", f"{paper}, abstract", "SR0 and SR1 together"),
        entry(
            "live_days", [108.0, 208.5], "d", "recalled", paper,
            "SR0, SR1: only their ratio enters. With it accidental coincidences come out as 7.6 and 17.5; printed are 7.5 and 17.8",
        ),
        entry("ac_error", [0.093, 0.056], "", "recalled", f"{paper}, table 1", "0.7/7.5 and 1.0/17.8, SR0 and SR1"),
        entry("er_error", 1.0, "", "recalled", f"{paper}, table 1", "0.7 +- 0.7 events"),
        entry(
            "neutrons", 0.5, "", "recalled", f"{paper}, table 1",
            "events of both runs, +0.2 -0.3; the release at hand has no template",
        ),
        entry("neutron_error", 0.5, "", "recalled", f"{paper}, table 1", "mean of +0.2 and -0.3 over 0.5"),
        entry("signal_error", 0.36, "", "recalled", f"{paper}, table 1", "11.9 +4.5 -4.2 expected: mostly light and charge yields"),
    ]  # fmt: skip
    return head + "\n" + "\n".join(rows)


def source_toml(derived: dict[str, str], release: dict[str, str]) -> str:
    """Return SOURCE.toml."""
    fields = {
        "title": "XENONnT solar boron-8 neutrino and light dark matter searches data release",
        "authors": "E. Aprile et al. (XENON Collaboration)",
        "citation": ["xenonnt2024b8", "xenonnt2026b8data"],
        "arxiv": "2408.02877",
        "doi": "10.5281/zenodo.20576156",
        "url": "doi 10.5281/zenodo.20576156",
        "figure": "data release",
        "date": "2026",
        "licence": "CC BY 4.0",
        "official": True,
        "status": "restated from a public mirror (XENONnT/cevns_data_release, commit 60d230d); nominal yields only, no template of neutrons, and SR2 left out (its exposure is not at hand). Scalars: release.toml",
        "units": "in the header of each column; bins 0 to 80 of cS2, S2pre quantile, S1 BDT, S2 BDT, three each, the last fastest; templates: probability per recoil",
        "uncertainties": "counts: none; templates: none stated; the others in release.toml",
        "script": "tools/restate_xenonnt_b8.py",
        "checked_by": "tests/test_experiments_xenonnt_b8.py (events, expected backgrounds, efficiency); no second person yet",
    }
    return source_text("tools/restate_xenonnt_b8.py", fields, derived, release)


def main() -> int:
    """Restate the release, or say what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("release", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    try:
        made = tables(given.release)
    except ReleaseError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in made.items()}
    given.out.mkdir(parents=True, exist_ok=True)
    write_all({**made, "SOURCE.toml": source_toml(sums, SHA256)}, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
