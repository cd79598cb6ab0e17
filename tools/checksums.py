"""Write src/weakscatter/provenance/checksums.toml again after a meant change of the package's data.

    python tools/checksums.py           write the list
    python tools/checksums.py --check   only say whether it is up to date; status 1 where it is not

Listed are the data files that no SOURCE.toml of their folder lists, and the SOURCE.toml files themselves.
"""

import argparse
import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from weakscatter.provenance.checksums import LIST, PACKAGE, data_files, digest
from weakscatter.provenance.files import write_atomic

HEAD = "# sha256 of the data files of the package. Written by tools/checksums.py; do not edit by hand.\n[sha256]\n"


def in_source(path: Path) -> bool:
    source = path.parent / "SOURCE.toml"
    if path == source or not source.is_file():
        return False
    return path.name in tomllib.loads(source.read_text(encoding="utf-8")).get("sha256", {})


def text() -> str:
    rows = [
        f'"{path.relative_to(PACKAGE).as_posix()}" = "{digest(path.read_bytes())}"\n'
        for path in data_files()
        if not in_source(path)
    ]
    return HEAD + "".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    wanted, present = text(), LIST.read_text(encoding="utf-8") if LIST.is_file() else ""
    if parser.parse_args().check:
        print(
            "up to date"
            if wanted == present
            else "checksums.toml is out of date: run python tools/checksums.py"
        )
        return int(wanted != present)
    write_atomic(LIST, wanted)
    print(f"{LIST}: {wanted.count('=')} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
