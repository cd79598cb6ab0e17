"""Restate the COHERENT liquid-argon data release (analysis A, arXiv:2006.12659) in the library's layout.

    python tools/restate_coherent_lar_2020.py RELEASE_DIR [--out DIR]

The release folder is checked first (files, rows, bins, sums, sha256); a release that differs is refused and the file
is named. The tables then replace those in DIR, SOURCE.toml with their checksums last.

How the release is read:

- all three-dimensional files have the same bins, energy x F90 x time, which are written once;
- the variations of the beam-related neutrons are shapes: `brnpdf+1sigBRNTimingMean` sums to 523.7, the nominal and
  the others to 497. All are kept as released; the experiment brings them to the nominal sum;
- the efficiency contains all cuts, the one on F90 included, and is one of the *reconstructed* energy.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
from release_files import ReleaseError, command, compare_checksums, csv_text, read_rows
from restate_coherent_lar_2020_scalars import release_toml, source_toml

SHA256 = {
    "CENNS10AnlAEfficiency.txt": "21ce25451c1ed552752ff4a22496deab3ff5dba178bf360813eaff1d25be89e2",
    "bkgpdf.txt": "36c89291dde3032a19ca7a8e64510d036d7b40c34b0805ce475a13ccfa739dd1",
    "brnpdf+1sigBRNTimingMean.txt": "7f06099e1bba0d2e328555c61cb255bb290607a44202327d29eb3ae3e05c1cd5",
    "brnpdf+1sigEnergy.txt": "fb6fdaf99c9941653d33e1a909d8000b81c1ee9bb8e8ad3bf31839561faf6661",
    "brnpdf-1sigBRNTimingMean.txt": "b5c1c8d0cb8b2319d093d38418da5ac2ccda59108755fb23e7f4a559cfe154f8",
    "brnpdf-1sigEnergy.txt": "20bcad29e716f3fb0f1e9eeb8ffb049b4b3d8b3b3a150800b9c8711e2b177be6",
    "brnpdf.txt": "02664ce6a84eca8c6146b6502497bc5d8165df945da132193622334ff4ff826f",
    "brnpdfBRNTimingWidthSyst.txt": "304dba1553989d7c0cd3f745df9731a5306ec07ecc1044c20efbe2952707b270",
    "cevnspdf+1sigF90.txt": "308f78e19b7fb3e54399dc29c207bd2a89b91825df5309d48068a3495e1c92e2",
    "cevnspdf-1sigF90.txt": "b4e8071f87aa22a562e0c00654a0989915251acf2c7e569068b9b78c3ae5ac35",
    "cevnspdf.txt": "3b1d5b25749e8d8e1cfdf5c32e48f026ce4aafec0a80632b3a63273e6e0e1f37",
    "cevnspdfCEvNSTimingMeanSyst.txt": "3170dafd4cf44df35bde0795e1245606d8144c05f3e50f015648c57bcdba97f5",
    "datanobkgsub.txt": "dabf3d80f13959f4b94b77c9b56f7347a645105801e8cc177424e7ffcf7c7f66",
    "delbrnpdf.txt": "ebccca6c1650b0ace71fdbaade7a80ea289a99ff3c120266ae6ecf0083df5c63",
}
BINS = (12, 8, 10)
ENERGY = 5.0 + 10.0 * np.arange(12)  # keVee, centres
F90 = 0.525 + 0.05 * np.arange(8)
TIME = 0.15 + 0.5 * np.arange(10)  # us

#: Column of ours, file of the release, sum of its contents.
COLUMNS = {
    "data": ("datanobkgsub.txt", 3752.0),
    "cevns": ("cevnspdf.txt", 128.0),
    "cevns_f90_plus": ("cevnspdf+1sigF90.txt", 128.0),
    "cevns_f90_minus": ("cevnspdf-1sigF90.txt", 128.0),
    "cevns_time": ("cevnspdfCEvNSTimingMeanSyst.txt", 128.0),
    "brn": ("brnpdf.txt", 497.0),
    "brn_energy_plus": ("brnpdf+1sigEnergy.txt", 497.0),
    "brn_energy_minus": ("brnpdf-1sigEnergy.txt", 497.0),
    "brn_time_plus": ("brnpdf+1sigBRNTimingMean.txt", 523.67),
    "brn_time_minus": ("brnpdf-1sigBRNTimingMean.txt", 497.0),
    "brn_width": ("brnpdfBRNTimingWidthSyst.txt", 497.0),
    "brn_delayed": ("delbrnpdf.txt", 33.0),
    "steady_state": ("bkgpdf.txt", 3152.0),
}
EFFICIENCY = "CENNS10AnlAEfficiency.txt"


def read_release(folder: Path) -> dict[str, np.ndarray]:
    """Read and check the release: {column or "efficiency": rows}. Raise ReleaseError naming the file that differs."""
    if not folder.is_dir():
        raise ReleaseError(
            f"{folder} is not a folder. Give the one with the files of DOI 10.5281/zenodo.3903810."
        )
    centres = np.stack([axis.ravel() for axis in np.meshgrid(ENERGY, F90, TIME, indexing="ij")], axis=1)
    release = {}
    for column, (name, total) in COLUMNS.items():
        rows = _rows(folder, name)
        if rows.shape != (np.prod(BINS), 4) or not np.allclose(rows[:, :3], centres, atol=1e-6, rtol=0):
            raise ReleaseError(
                f"{name}: its bins are not 12 of energy x 8 of F90 x 10 of time, in this order."
            )
        if abs(rows[:, 3].sum() - total) > 2e-3 * total:
            raise ReleaseError(f"{name}: its contents sum to {rows[:, 3].sum():.6g}, {total:.6g} expected.")
        release[column] = rows[:, 3]
    release["efficiency"] = _rows(folder, EFFICIENCY)
    compare_checksums(folder, SHA256, "DOI 10.5281/zenodo.3903810")
    return release


def _rows(folder: Path, name: str) -> np.ndarray:
    if not (folder / name).is_file():
        raise ReleaseError(f"{name}: missing in {folder}. Expected files: {', '.join(SHA256)}.")
    rows = read_rows(folder / name)
    if not np.all(np.isfinite(rows)):
        raise ReleaseError(f"{name}: holds numbers that are not finite.")
    return rows


def restate(release: dict[str, np.ndarray]) -> dict[str, str]:
    """Return {file name: text} of all derived files, SOURCE.toml last."""
    axes = np.meshgrid(ENERGY, F90, TIME, indexing="ij")
    columns = [axis.ravel() for axis in axes] + [release[column] for column in COLUMNS]
    header = ["energy (keV)", "f90 (1)", "time (us)", *(f"{column} (counts)" for column in COLUMNS)]
    tables = {
        "counts.csv": csv_text(header, np.column_stack(columns)),
        "efficiency.csv": csv_text(["energy (keV)", "recoil (keV)", "efficiency (1)"], release["efficiency"]),
        "release.toml": release_toml(),
    }
    derived = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    return {**tables, "SOURCE.toml": source_toml(derived, SHA256)}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 bad input."""
    return command(
        "coherent_lar_2020",
        "COHERENT LAr 2020",
        "folder with the files of DOI 10.5281/zenodo.3903810",
        lambda folder: restate(read_release(folder)),
        arguments,
    )


if __name__ == "__main__":
    sys.exit(main())
