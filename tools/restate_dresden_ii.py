"""Restate the Dresden-II data release (arXiv:2202.09672, ancillary files) in the library's layout.

    python tools/restate_dresden_ii.py RELEASE_DIR [--out DIR]

The release folder is checked first (files, rows, bin centres, sha256); a release that differs is refused and the file
is named. The tables then replace those in DIR, SOURCE.toml with their checksums last; `python tools/checksums.py` then
lists the new SOURCE.toml. The same release gives the same bytes.

The rates have 130 bins of 10 eV; the last row of the file ends without a newline, and tools that count newlines see 129.
The reactor spectra of the release are not restated: `weakscatter.flux.fission` has those of the papers they come from.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
from release_files import ReleaseError, command, compare_checksums, csv_text, entry, read_files, source_text

SHA256 = {
    "data_release.txt": "5b8b37749f0d32a3e5daebc24ab9c636a920e61eac8f093c78f0af0d3cf535dc",
    "QF_Fef_YBe.txt": "a53ff7708b474b036e43b9173365bc2cb21e68d47c4a75176b2476000a704f93",
}
SHAPES = {"data_release.txt": (130, 5), "QF_Fef_YBe.txt": (451, 3)}

_RELEASE = "arXiv:2202.09672, ancillary files"
_PAPER = "J. Colaresi et al., arXiv:2202.09672"
_CODE = "analysis code of arXiv:2202.09672 data (LeireLarizgoitia/Reactor_CEnuNS, commit 2242059)"
_READERS = "P. Coloma et al., arXiv:2202.10829"

# name, value, unit, knowledge, source, note
_ENTRIES = (
    ("mass", 2.924, "kg", "verified", _CODE, "active germanium; the release's rates are 'per 3 kg', taken as the detector"),
    ("power", 2.96, "GW", "recalled", _PAPER, "thermal; with 10.39 m and 7.24 antineutrinos per fission 4.80e13/(cm^2 s)"),
    ("distance", 10.39, "m", "recalled", _PAPER, "from the centre of the core"),
    ("flux", 4.8e13, "1/(cm^2 s)", "verified", _CODE, "stated antineutrino flux; used as a check of power and distance"),
    ("fractions", [0.58, 0.08, 0.29, 0.05], "", "verified", _CODE, "fissions of 235U, 238U, 239Pu, 241Pu"),
    ("duration_on", 96.4, "day", "verified", _PAPER, "with the reactor on; abstract"),
    ("duration_off", 25.0, "day", "verified", _PAPER, "with the reactor off; abstract"),
    ("noise", 68.5, "eV", "verified", _CODE, "sigma^2 = noise^2 + Fano pair E_ee"),
    ("fano", 0.11, "", "verified", _CODE, "Fano's factor; 0.105 in arXiv:2202.10829 (recalled)"),
    ("pair", 2.96, "eV", "verified", _CODE, "energy per electron-hole pair at 77 K: no ionisation below"),
    ("l1_energy", 1.297, "keV", "recalled", _READERS, "electron capture of 71Ge from the shell L1: start value, free"),
    ("l2_energy", 1.142, "keV", "recalled", _READERS, "from L2"),
    ("m_energy", 0.158, "keV", "recalled", _READERS, "from the M shells; as wide as the noise"),
    ("l2_share", 0.008, "", "recalled", _READERS, "captures from L2 over those from L1, held"),
    ("m_share", 0.16, "", "recalled", _READERS, "captures from the M shells over those from L1"),
    ("m_share_error", 0.03, "", "recalled", _READERS, "one standard deviation"),
    ("prior_flux", 0.05, "", "recalled", "Atzori Corona et al., arXiv:2205.09484", "relative, one standard deviation"),
)  # fmt: skip

_SOURCE = {
    "title": "Measurement of coherent elastic neutrino-nucleus scattering from reactor antineutrinos",
    "authors": "J. Colaresi et al.",
    "citation": "colaresi2022",
    "arxiv": "2202.09672",
    "doi": "10.1103/PhysRevLett.129.211802",
    "url": "arXiv:2202.09672",
    "figure": "ancillary files",
    "date": "2022",
    "licence": "arXiv ancillary, licence to be confirmed",
    "official": True,
    "status": "numbers of the official ancillary files, taken from a public mirror (LeireLarizgoitia/Reactor_CEnuNS, "
    "commit 2242059); not yet compared with arXiv's own copy",
    "units": "in the header of each column; rates per bin of 10 eV, detector (2.924 kg) and day, acceptance corrected",
    "uncertainties": "rates: one standard deviation beside each; quenching factors: none stated",
    "script": "tools/restate_dresden_ii.py",
    "checked_by": "tests/test_experiments_dresden_ii.py (bins, rebuilding); no second person yet",
}


def read_release(folder: Path) -> dict[str, np.ndarray]:
    """Read and check the release: {file name: rows}. Raise ReleaseError naming the file that differs."""
    release = read_files(folder, SHAPES, "the ancillary files of arXiv:2202.09672")
    centres = 0.205 + 0.01 * np.arange(130)
    if not np.allclose(release["data_release.txt"][:, 0], centres, atol=1e-9, rtol=0):
        raise ReleaseError("data_release.txt: its bins are not 10 eV wide from 0.2 to 1.5 keV.")
    if not np.allclose(release["QF_Fef_YBe.txt"][:, 0], 0.01 * np.arange(451), atol=1e-9, rtol=0):
        raise ReleaseError("QF_Fef_YBe.txt: its energies are not 0 to 4.5 keV in steps of 10 eV.")
    compare_checksums(folder, SHA256, "arXiv:2202.09672")
    return release


def restate(release: dict[str, np.ndarray]) -> dict[str, str]:
    """Return {file name: text} of all derived files, SOURCE.toml last."""
    rates = ["energy (keV)", "on (counts)", "on_error (counts)", "off (counts)", "off_error (counts)"]
    title = "# Scalars of Dresden-II. Written by tools/restate_dresden_ii.py, never by hand.\n"
    tables = {
        "rates.csv": csv_text(rates, release["data_release.txt"]),
        "quenching.csv": csv_text(["recoil (keV)", "fef (1)", "ybe (1)"], release["QF_Fef_YBe.txt"]),
        "release.toml": title + "\n" + "\n".join(entry(*row) for row in _ENTRIES),
    }
    derived = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    source = source_text("tools/restate_dresden_ii.py", _SOURCE, derived, SHA256)
    return {**tables, "SOURCE.toml": source}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 bad input."""
    return command(
        "dresden_ii",
        "Dresden-II",
        "folder with the ancillary files of arXiv:2202.09672",
        lambda folder: restate(read_release(folder)),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
