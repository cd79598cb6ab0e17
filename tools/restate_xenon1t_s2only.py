"""Write the acceptance of XENON1T S2-only for electronic recoils in three regions of interest, from the collaboration's data release.

    python tools/restate_xenon1t_s2only.py FOLDER

FOLDER holds s2_response_er.csv and s2_binning_info.csv of github.com/XENON1T/s2only_data_release. The response matrix is the share of
all deposits of one energy that give an S2 in each bin; summed over a region it is an acceptance, all selections included.
"""

import csv
import sys
from pathlib import Path

import numpy as np

#: Regions of interest (PE) of the published limits on dark matter with a heavy mediator, by mass.
REGIONS = {
    "mass_30_MeV": (150.0, 207.85504646089333),
    "mass_100_MeV": (165.30120974988552, 256.79848498848366),
    "mass_1_GeV": (165.30120974988552, 270.7387555010616),
}
OUT = Path(__file__).parents[1] / "src" / "weakscatter" / "published" / "xenon1t_s2only.csv"


def read(path):
    rows = list(csv.reader(path.open()))
    return rows[0], np.array(rows[1:], dtype=float)


def main(folder):
    head, response = read(Path(folder) / "s2_response_er.csv")
    assert head[:3] == ["energy_kev", "energy_bin_start_kev", "energy_bin_end_kev"]
    _, bins = read(Path(folder) / "s2_binning_info.csv")
    low, high = bins[:, 1], bins[:, 2]
    columns = []
    for begin, end in REGIONS.values():
        share = np.clip((np.minimum(high, end) - np.maximum(low, begin)) / (high - low), 0.0, 1.0)
        columns.append(response[:, 3:] @ share)
    lines = [f"# {__doc__.splitlines()[0]}", "deposit (keV)," + ",".join(f"{name} (1)" for name in REGIONS)]
    for energy, *values in zip(response[:, 0], *columns, strict=True):
        lines.append(",".join([f"{energy:.6g}", *(f"{value:.5g}" for value in values)]))
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
