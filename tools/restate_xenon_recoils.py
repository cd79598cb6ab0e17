"""Restate the electronic recoils of XENONnT, LZ and PandaX-4T in the library's layout.

    python tools/restate_xenon_recoils.py EXPERIMENT RELEASE_DIR [--out DIR]

EXPERIMENT is one of xenonnt_er_2022, lz_er_2022, lz_er_2024, pandax4t_er_2024. The folder is checked first (files, rows, totals,
sha256). XENONnT is the collaboration's own release; the others are read off figures by the authors of a public code, which is
marked (official = false). The same files give the same bytes.

How they are read:

- XENONnT: rates of the background model contain the total efficiency (their sum over 1-30 keV times the exposure is 427 of 433
  events; divided by the efficiency they average 15.9/(t yr keV), published as 15.8 +- 1.3);
- LZ: the efficiency is one of the true energy and contains the cut of the reconstructed energy at 20 keV (0.494 there, half the
  plateau), which smearing into bins below 20 keV makes again: above 14 keV the plateau is used;
- PandaX-4T: likewise for the cut at 30 keV; above 18 keV the plateau is used. Counts digitised as 26.9038 are events: they are rounded.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from release_files import ReleaseError, compare_checksums, csv_text, entry, read_files, source_text, write_all

SCRIPT = "tools/restate_xenon_recoils.py"
_PEER = "restated in a public analysis code (mhliu0001/diamx documentation, tables 4.3 to 4.5b)"
_SNUDD = "read off figures of the paper by the authors of SNuDD (commit 11622de), or from its ancillary files; digitising error not stated"
_RATIO = "relative uncertainty of a component, one standard deviation"


@dataclass(frozen=True, eq=False)
class Release:
    """One experiment: files with their shapes and checksums, and how they become tables."""

    shapes: dict[str, tuple[int, int]]
    sha256: dict[str, str]
    tables: Callable[[dict[str, np.ndarray]], dict[str, str]]
    scalars: tuple[tuple[object, ...], ...]
    about: dict[str, object]


def xenonnt_tables(files: dict[str, np.ndarray]) -> dict[str, str]:
    """Events, background model and efficiency of XENONnT."""
    events = files["data_unbinned_1to30kev.txt"]
    if len(events) != 433 or events.min() < 1.0 or events.max() > 30.0:
        raise ReleaseError("data_unbinned_1to30kev.txt: 433 energies between 1 and 30 keV are expected.")
    kept = files["efficiency.txt"]
    return {
        "events.csv": csv_text(["energy (keV)"], np.sort(events, axis=0)),
        "background.csv": csv_text(["energy (keV)", "rate (1/(t yr keV))"], files["bkg_model.txt"]),
        "efficiency.csv": csv_text(["energy (keV)", "efficiency (1)"], kept[kept[:, 0] >= 0.5]),
    }


def lz_tables(year: str, total: int) -> Callable[[dict[str, np.ndarray]], dict[str, str]]:
    """Counts, fitted background and efficiency of one LZ run."""

    def tables(files: dict[str, np.ndarray]) -> dict[str, str]:
        counts, fitted = files[f"{year}_data_hist_data.txt"], files[f"BKG_FIT_{year}.csv"]
        if counts[:, 1].sum() != total:
            raise ReleaseError(f"{year}_data_hist_data.txt: {counts[:, 1].sum():g} events, {total} expected.")
        if np.max(np.abs(fitted[:, 0] - counts[:, 0])) > 0.05:
            raise ReleaseError(f"BKG_FIT_{year}.csv: its bins are not those of the data.")
        rows = np.column_stack([counts, fitted[:, 1]])[1:]  # nothing is looked at below 1 keV
        kept = plateau(files[f"{year}_1DROI_eff_data.txt"], 14.0)
        return {
            "counts.csv": csv_text(["energy (keV)", "events (1)", "background (1)"], rows),
            "efficiency.csv": csv_text(["energy (keV)", "efficiency (1)"], kept),
        }

    return tables


def pandax_tables(files: dict[str, np.ndarray]) -> dict[str, str]:
    """Counts, background and efficiency of PandaX-4T Run1."""
    counts, fitted = files["run1_evts.csv"], files["run1_bkg.csv"]
    events = np.round(counts[:, 1])
    if np.max(np.abs(events - counts[:, 1])) > 0.15:
        raise ReleaseError("run1_evts.csv: counts that are no whole numbers within the digitising error.")
    rows = np.column_stack([counts[:, 0], events, fitted[:, 1]])[1:]
    kept = plateau(files["efficiency_ER_run1.csv"], 18.0)
    return {
        "counts.csv": csv_text(["energy (keV)", "events (1)", "background (1)"], rows),
        "efficiency.csv": csv_text(["energy (keV)", "efficiency (1)"], kept),
    }


def plateau(curve: np.ndarray, start: float) -> np.ndarray:
    """The curve up to ``start`` (keV), then its largest value up to there, to 100 keV; zero at no energy."""
    below = curve[curve[:, 0] <= start]
    head = [] if below[0, 0] == 0.0 else [[0.0, 0.0]]
    return np.array([*head, *below.tolist(), [100.0, below[-1, 1]]])


def _common(arxiv: str, exposure: float, note: str) -> tuple[tuple[object, ...], ...]:
    return (("exposure", exposure, "t yr", "verified", f"arXiv:{arxiv}", note),)


_LZ_WIDTH = (
    ("resolution_a", 0.33, "keV^(1/2)", "verified", "LUX, arXiv:1610.02076", "sigma = a sqrt(E)"),
    ("resolution_b", 0.0, "", "verified", "LUX, arXiv:1610.02076", "sigma = a sqrt(E) + b E"),
)

RELEASES = {
    "xenonnt_er_2022": Release(
        {
            "data_unbinned_1to30kev.txt": (433, 1),
            "bkg_model.txt": (300, 2),
            "efficiency.txt": (787, 2),
        },
        {"data_unbinned_1to30kev.txt": "977795914cc09d3b46a19e2fa16dd0f1f6726a9040af954bb3b54ba89bcbb454", "bkg_model.txt": "61e086ddff84ce21a77740e65c973cecfd4ed404d7ac99019eceb88cf8b3f389", "efficiency.txt": "a8fae34fe73e7512b8137eb34e174f3a36d530186fce2e9cb8edd9cf9f60f578"},
        xenonnt_tables,
        (
            *_common("2207.11330", 1.16, "97.1 days of 4.37 t"),
            ("resolution_a", 0.310, "keV^(1/2)", "verified", "XENON1T, arXiv:2003.03825", "sigma = a sqrt(E) + b E, used for XENONnT"),
            ("resolution_b", 0.0037, "", "verified", "XENON1T, arXiv:2003.03825", "sigma = a sqrt(E) + b E, used for XENONnT"),
            ("counts_energy_min", 1.0, "keV", "verified", "arXiv:2207.11330, table I", "window of the counts below"),
            ("counts_energy_max", 140.0, "keV", "verified", "arXiv:2207.11330, table I", "window of the counts below"),
            ("pb214", [960.0, 120.0], ["", ""], "verified", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error; read in SNuDD"),
            ("kr85", [90.0, 60.0], ["", ""], "verified", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error; read in SNuDD"),
            ("materials", [270.0, 50.0], ["", ""], "verified", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error; read in SNuDD"),
            ("xe136", [1550.0, 50.0], ["", ""], "verified", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error; read in SNuDD"),
            ("xe124", [250.0, 30.0], ["", ""], "verified", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error; read in SNuDD"),
            ("solar", [300.0, 30.0], ["", ""], "recalled", "arXiv:2207.11330, table I, fit of B0", "events in 1-140 keV, value and error"),
        ),
        {
            "title": "Search for new physics in electronic recoil data from XENONnT",
            "authors": "E. Aprile et al. (XENON Collaboration)",
            "citation": "xenonnt2022",
            "arxiv": "2207.11330",
            "doi": "10.1103/PhysRevLett.129.161805",
            "figure": "data release (Figs. 1, 5)",
            "date": "2022",
            "licence": "made public by the collaboration, licence to be confirmed",
            "official": True,
            "status": "numbers of the official release, taken from a public mirror (yuanguanwen/Chameleon_Detection, commit 8394853) with the collaboration's own description",
            "units": "in the header of each column; all energies are reconstructed; background rates contain the efficiency",
            "uncertainties": "events, background, efficiency: none stated; counts of components in release.toml",
        },
    ),
    "lz_er_2022": Release(
        {
            "WS2022_data_hist_data.txt": (20, 2),
            "BKG_FIT_WS2022.csv": (20, 2),
            "WS2022_1DROI_eff_data.txt": (81, 2),
        },
        {"WS2022_data_hist_data.txt": "a180b66ab54fac36d4ccea2c166507f2bb45f83b5acb2c340316c548496f326b", "BKG_FIT_WS2022.csv": "75b0172257e1b27602fd8c3d00eb2b947cf10b3a9b5506f185ba9e67c26dba37", "WS2022_1DROI_eff_data.txt": "38877f3b02e4ac75afa2a428cca91f3e0460331f084b2d40842e5eba7e98fa89"},
        lz_tables("WS2022", 471),
        (
            *_common("2511.17350", 0.90, "WS2022, 60 live days of 5.5 t"),
            *_LZ_WIDTH,
            ("beta_gamma", 36.0 / 215.0, "", "verified", "arXiv:2207.03764, table I", f"215 +- 36 events: {_RATIO}; {_PEER}"),
            ("xe136", 2.4 / 15.1, "", "verified", "arXiv:2207.03764, table I", f"15.1 +- 2.4 events: {_RATIO}; {_PEER}"),
            ("xe124", [5.2, 1.4], ["", ""], "verified", "arXiv:2207.03764, table I, fit", f"events, value and error; {_PEER}"),
            ("xe127", [9.3, 0.8], ["", ""], "verified", "arXiv:2207.03764, table I, fit", f"events, value and error; {_PEER}"),
            ("ar37", 52.5, "", "verified", "arXiv:2207.03764, table I, fit", f"events, +9.6 -8.9; allowed between 0 and 288 before the fit; {_PEER}"),
            ("ar37_range", 288.0, "", "verified", "arXiv:2207.03764, table I", f"largest number of events allowed before the fit; {_PEER}"),
            ("solar", 1.6 / 27.1, "", "verified", "arXiv:2207.03764, table I", f"27.1 +- 1.6 events: {_RATIO}; {_PEER}"),
        ),
        {
            "title": "Search for new physics via low-energy electron recoils with a 4.2 tonne x year exposure from the LZ experiment, run WS2022",
            "authors": "D. S. Akerib et al. (LZ Collaboration)",
            "citation": "lz2025",
            "arxiv": "2511.17350",
            "figure": "energy spectrum and efficiency of WS2022",
            "date": "2025",
            "licence": "figures of the paper; numbers are facts",
            "official": False,
            "status": _SNUDD,
            "units": "in the header of each column; counts.csv: per bin of 1 keV of reconstructed energy named by its centre, background is the sum of the fit; efficiency against true energy",
            "uncertainties": "of components in release.toml, which were published for the search for nuclear recoils and its smaller window",
        },
    ),
    "lz_er_2024": Release(
        {
            "WS2024_data_hist_data.txt": (20, 2),
            "BKG_FIT_WS2024.csv": (20, 2),
            "WS2024_1DROI_eff_data.txt": (81, 2),
        },
        {"WS2024_data_hist_data.txt": "5ca81fff49484c2948871345d986c961d18bf215e8bbdbeaf163634a424e4951", "BKG_FIT_WS2024.csv": "4ea02dd31b9fcb62b4b9e5ed223aa240b4fb3c2b8c1bc6fa8d1f4983a371e91a", "WS2024_1DROI_eff_data.txt": "8710c1350fa93cbee2d53872519d8ce7a3513eff38a0e780c112fba1d68af403"},
        lz_tables("WS2024", 1787),
        (
            *_common("2511.17350", 3.3, "WS2024"),
            *_LZ_WIDTH,
            ("pb214", [733.0, 88.0 / 743.0], ["", ""], "verified", "arXiv:2410.17036, table I", f"fitted events (for the share) and {_RATIO} before the fit; {_PEER}"),
            ("kr85_materials", [161.0, 22.0 / 162.0], ["", ""], "verified", "arXiv:2410.17036, table I", f"85Kr, 39Ar and gammas of the detector: fitted events (for the share) and {_RATIO} before the fit; {_PEER}"),
            ("pb212", [63.7, 7.5 / 62.7], ["", ""], "verified", "arXiv:2410.17036, table I", f"212Pb and 218Po: fitted events (for the share) and {_RATIO} before the fit; {_PEER}"),
            ("tritium", [59.7, 3.3], ["", ""], "verified", "arXiv:2410.17036, table I, fit", f"tritium and 14C, events, value and error; {_PEER}"),
            ("xe136", 8.3 / 55.6, "", "verified", "arXiv:2410.17036, table I", f"55.6 +- 8.3 events: {_RATIO}; {_PEER}"),
            ("xe124", [21.4, 3.6], ["", ""], "verified", "arXiv:2410.17036, table I, fit", f"events, value and error; {_PEER}"),
            ("xe127", [2.7, 0.6], ["", ""], "verified", "arXiv:2410.17036, table I, fit", f"127Xe and 125Xe, events, value and error; {_PEER}"),
            ("solar", 6.0 / 102.0, "", "verified", "arXiv:2410.17036, table I", f"102 +- 6 events: {_RATIO}; {_PEER}"),
        ),
        {
            "title": "Search for new physics via low-energy electron recoils with a 4.2 tonne x year exposure from the LZ experiment, run WS2024",
            "authors": "D. S. Akerib et al. (LZ Collaboration)",
            "citation": "lz2025",
            "arxiv": "2511.17350",
            "figure": "energy spectrum and efficiency of WS2024",
            "date": "2025",
            "licence": "figures of the paper; numbers are facts",
            "official": False,
            "status": _SNUDD,
            "units": "in the header of each column; counts.csv: per bin of 1 keV of reconstructed energy named by its centre, background is the sum of the fit; efficiency against true energy",
            "uncertainties": "of components in release.toml, which were published for the search for nuclear recoils and its smaller window",
        },
    ),
    "pandax4t_er_2024": Release(
        {
            "run1_evts.csv": (30, 2),
            "run1_bkg.csv": (30, 2),
            "efficiency_ER_run1.csv": (157, 2),
        },
        {"run1_evts.csv": "9b1559a5db73ad7520ab594151d6fe17bb6d64b34970630325815d8e859ccc75", "run1_bkg.csv": "23ca80a00683213dd5faaa2480262e10feca747cc2ba783c3807fd15e6347165", "efficiency_ER_run1.csv": "de2325b6c175e7f060344267c6dae1b427974c511fa03dbb0cafb40657219269"},
        pandax_tables,
        (
            *_common("2408.00664", 1.00, f"Run1 of 1.54 t yr; {_PEER}"),
            ("resolution", [0.073, 0.173, -6.5e-3, 1.1e-4], ["keV", "", "1/keV", "1/keV^2"], "verified", "SNuDD, source not stated there", "sigma = sum of c_k E^k: called sigma/E there, but only as sigma in keV is its size that of xenon"),
            ("resolution_end", 30.0, "keV", "assumed", "", "end of the range of the polynomial: that of the data"),
            ("beta_gamma", 28.0 / 1226.0, "", "verified", "arXiv:2408.00664, table I, Run1", f"1226 +- 28 events: {_RATIO}; {_PEER}"),
            ("tritium", [114.0, 33.0], ["", ""], "verified", "arXiv:2408.00664, table I, Run1", f"events, value and error of an unconstrained fit; {_PEER}"),
            ("xe124", [4.1, 1.1], ["", ""], "verified", "arXiv:2408.00664, table I, Run1", f"events, value and error; {_PEER}"),
            ("xe136", 0.05, "", "assumed", "", f"{_RATIO}: of the half-life and of the exposure"),
            ("solar", 0.05, "", "assumed", "", f"{_RATIO}: no number could be read"),
        ),
        {
            "title": "Exploring new physics with PandaX-4T low energy electronic recoil data, Run1",
            "authors": "X. Zeng et al. (PandaX Collaboration)",
            "citation": "pandax2024",
            "arxiv": "2408.07641",
            "figure": "energy spectrum and efficiency of Run1",
            "date": "2024",
            "licence": "figures of the paper; numbers are facts",
            "official": False,
            "status": _SNUDD,
            "units": "in the header of each column; counts.csv: per bin of 1 keV of reconstructed energy named by its centre, background is the sum of the fit; efficiency against true energy (assumed)",
            "uncertainties": "of components in release.toml, which were published for the search for nuclear recoils and its smaller window",
        },
    ),
}  # fmt: skip


def restate(name: str, folder: Path) -> dict[str, str]:
    """Return {file name: text} of all derived files of one experiment, SOURCE.toml last."""
    release = RELEASES[name]
    files = read_release(release, folder)
    scalars = f"# Scalars of {name}. Written by {SCRIPT}, never by hand.\n\n" + "\n".join(
        entry(*fields)
        for fields in release.scalars  # type: ignore[arg-type]
    )
    tables = {**release.tables(files), "release.toml": scalars}
    derived = {file: hashlib.sha256(text.encode()).hexdigest() for file, text in tables.items()}
    about = {
        **release.about,
        "script": SCRIPT,
        "checked_by": "tests/test_experiments_xenon_recoils.py (totals, windows); no second person yet",
    }
    return {**tables, "SOURCE.toml": source_text(SCRIPT, about, derived, checksums(release, folder))}


def read_release(release: Release, folder: Path) -> dict[str, np.ndarray]:
    """Read and check the files, one of which has a header line without '#'."""
    headed = {name: shape for name, shape in release.shapes.items() if name == "efficiency_ER_run1.csv"}
    plain = {name: shape for name, shape in release.shapes.items() if name not in headed}
    files = read_files(folder, plain, "the files named above")
    compare_checksums(folder, release.sha256, "the source that SOURCE.toml names")
    for name, shape in headed.items():
        files[name] = np.loadtxt(folder / name, delimiter=",", skiprows=1)
        if files[name].shape != shape:
            raise ReleaseError(f"{name}: {files[name].shape} rows and columns of numbers, {shape} expected.")
    return files


def checksums(release: Release, folder: Path) -> dict[str, str]:
    """sha256 of the files that were read."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in release.shapes}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 bad input."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", choices=sorted(RELEASES))
    parser.add_argument("release", type=Path, help="folder with the files")
    parser.add_argument("--out", type=Path, help="folder of the tables (default: the package's own)")
    given = parser.parse_args(arguments)
    here = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "experiments" / given.experiment
    try:
        tables = restate(given.experiment, given.release)
        write_all(tables, given.out or here)
    except ReleaseError as error:
        print(f"restate_xenon_recoils: {error}", file=sys.stderr)
        return 2
    for name, text in tables.items():
        print(f"{(given.out or here) / name}: {len(text.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
