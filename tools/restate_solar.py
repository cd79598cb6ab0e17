"""Restate spectra of solar neutrinos and profiles of standard solar models in the library's layout.

    python tools/restate_solar.py SHAPES PROFILES STRUCTURES [--out DIR]

SHAPES holds the spectra of J. N. Bahcall's web page and of Winter et al., PROFILES the files nudistr_b16_*.dat and STRUCTURES
the files struct_b16_*_nohead.dat of the solar models B16. The tables replace those in DIR, SOURCE.toml last.

What is changed:

- spectra are divided by their integral and thinned out: a node is left out where the line between its neighbours misses no
  left-out value by more than 1e-4 of the largest one; pp and 8B are kept whole;
- profiles are summed over five zones of 0.0005 solar radii each; the logarithm of the electron density, which the files round
  to three decimals, is averaged over them. Neutrons per electron come from the composition, hydrogen X, everything else with
  as many neutrons as protons, (1 - X)/(1 + X), exact but for 3He and the neutron excess of metals (below 2e-3).
"""

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from release_files import ReleaseError, csv_text, read_rows, source_text, write_all

DEFAULT = Path(__file__).resolve().parents[1] / "src" / "weakscatter" / "flux" / "solar_tables"

#: Our name, file, and whether it is thinned out.
SPECTRA = {
    "pp": ("pp_shape.csv", False),
    "hep": ("hep_shape.csv", True),
    "b8": ("8B_shape_Winter_et_al.csv", False),
    "n13": ("n13_shape.csv", True),
    "o15": ("o15_shape.csv", True),
    "f17": ("f17_shape.csv", True),
}
MODELS = {"gs98": "b16_gs98", "agss09": "b16_agss09met"}
#: Columns 5 to 12 of a profile.
SOURCES = ("pp", "pep", "hep", "be7", "b8", "n13", "o15", "f17")
ZONES, TOLERANCE = 5, 1e-4
N_A = 6.02214076e23


def spectrum(path: Path, thin: bool) -> np.ndarray:
    """Nodes and normalised values [n, 2] from zero energy to the first zero behind the spectrum."""
    E, phi = read_rows(path)[:, :2].T
    if E[0] > 0:
        E, phi = np.concatenate([[0.0], E]), np.concatenate([[0.0], phi])
    end = int(np.flatnonzero(phi)[-1]) + 2
    E, phi = E[:end], phi[:end] / np.trapezoid(phi[:end], E[:end])
    if phi[0] != 0 or phi[-1] != 0 or np.any(phi < 0):
        raise ReleaseError(f"{path.name}: the spectrum does not begin and end at zero.")
    return np.stack([E, phi], axis=1)[kept(E, phi) if thin else slice(None)]


def kept(E: np.ndarray, phi: np.ndarray) -> list[int]:
    """Nodes that stay, each as far from the one before as the tolerance lets it."""
    nodes, allowed = [0], TOLERANCE * phi.max()
    while nodes[-1] < len(E) - 1:
        i = j = nodes[-1]
        while j + 1 < len(E):
            line = np.interp(E[i : j + 2], E[[i, j + 1]], phi[[i, j + 1]])
            if np.max(np.abs(line - phi[i : j + 2])) > allowed:
                break
            j += 1
        nodes.append(max(j, i + 1))
    return nodes


def profile(distribution: Path, structure: Path) -> np.ndarray:
    """Cells of radius: outer edge, electrons per cm^3, neutrons per electron, share of each source made in the cell."""
    rows, body = read_rows(distribution), read_rows(structure)
    if rows.shape != (1000, 12):
        raise ReleaseError(f"{distribution.name}: {rows.shape} rows and columns, (1000, 12) expected.")
    shares = rows[:, 4:].reshape(-1, ZONES, len(SOURCES)).sum(axis=1)
    shares /= shares.sum(axis=0)
    shares[shares < 1e-9] = 0.0
    edges = rows[ZONES - 1 :: ZONES, 0]
    density = N_A * 10 ** rows[:, 2].reshape(-1, ZONES).mean(axis=1)
    hydrogen = np.interp(edges - ZONES / 2 * 0.0005, body[:, 1], body[:, 6])
    return np.column_stack([edges, density, (1 - hydrogen) / (1 + hydrogen), shares])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("shapes", "profiles", "structures"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--out", type=Path, default=DEFAULT)
    given = parser.parse_args()
    try:
        tables, used = {}, []
        for name, (file, thin) in SPECTRA.items():
            used.append(given.shapes / file)
            tables[f"spectrum_{name}.csv"] = csv_text(
                ["energy (MeV)", "density (1/MeV)"], spectrum(used[-1], thin), 7
            )
        header = ["radius (1)", "electron_density (1/cm^3)", "neutrons_per_electron (1)"]
        for short, name in MODELS.items():
            files = (
                given.profiles / f"nudistr_b16_{short}.dat",
                given.structures / f"struct_b16_{short}_nohead.dat",
            )
            used.extend(files)
            tables[f"profile_{name}.csv"] = csv_text(
                header + [f"{s} (1)" for s in SOURCES], profile(*files), 6
            )
    except ReleaseError as error:
        print(f"refused: {error}", file=sys.stderr)
        return 2
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in used}
    derived = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    tables["SOURCE.toml"] = source_text("tools/restate_solar.py", about(), derived, digests)
    write_all(tables, given.out)
    return 0


def about() -> dict[str, object]:
    return {
        "title": "Spectra of solar neutrinos, and where the solar models B16 produce them",
        "authors": "J. N. Bahcall; J. N. Bahcall and R. K. Ulrich; W. T. Winter et al.; N. Vinyoles et al.",
        "citation": ["bahcall1997", "bahcall1988", "winter2006", "vinyoles2017"],
        "arxiv": "1611.09867",
        "doi": "10.3847/1538-4357/835/2/202",
        "url": "doi:10.3847/1538-4357/835/2/202",
        "figure": "machine-readable tables that accompany the papers",
        "date": "1988-2017",
        "licence": "numbers as published; no licence stated",
        "official": True,
        "status": "restated from copies of the official tables: nine tables of spectra and source distributions from the public code "
        "PEANUTS, the models' composition from the public code Capt'n General",
        "units": "in the header of each column; spectra are normalised to one; radius is a cell's outer edge in solar radii, shares "
        "are per cell and sum to one over the cells",
        "uncertainties": "none given with the shapes; those of the fluxes are in solar_models.py",
        "script": "tools/restate_solar.py",
        "checked_by": "tests/test_flux_solar.py (sums, mean energies, averages over the unthinned tables); no second person yet",
    }


if __name__ == "__main__":
    sys.exit(main())
