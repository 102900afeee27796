"""Make content/communes.tsv.gz from the npm package @etalab/decoupage-administratif.

    python tools/make_communes.py [--package FOLDER] [OUT]

Fetches the package with `npm pack` into a temporary folder (or reads an unpacked one, `--package`), and
writes one line a commune, sorted by INSEE code, tab-separated, UTF-8, gzip without a time stamp (the same
package gives the same bytes):

    code  name  postal codes  EPCI (SIREN)  population  other codes  former names

- Every commune of the package that exists today, overseas collectivities included.
- Postal codes are separated by spaces; population is the legal one (0 where INSEE publishes none).
- Other codes: the municipal districts of Paris, Lyon and Marseille, which are resolved to their commune.
- Former names: communes deleguees and associees, which people still call their own, separated by "|".

Data: INSEE (Code officiel geographique, populations), DGCL (EPCI), La Poste (postal codes), put together by
Etalab; Licence Ouverte 2.0 (LICENSES/Licence-Ouverte-2.0.txt, content/communes.md).
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = "@etalab/decoupage-administratif@6"
OUT = Path(__file__).parent.parent / "content" / "communes.tsv.gz"
Record = dict[str, Any]


def fetch(folder: Path) -> Path:
    """Download and unpack the package; returns its folder. Raises CalledProcessError if npm cannot."""
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def load(package: Path, name: str) -> list[Record]:
    records: list[Record] = json.loads((package / "data" / f"{name}.json").read_text("utf-8"))
    return records


def lines(communes: list[Record], epcis: list[Record]) -> Iterator[str]:
    epci = {member["code"]: group["code"] for group in epcis for member in group["membres"]}
    districts, former = defaultdict(list), defaultdict(set)
    for record in communes:
        if record["type"] == "arrondissement-municipal":
            districts[record["commune"]].append(record["code"])
        elif record["type"] in ("commune-deleguee", "commune-associee"):
            former[record["chefLieu"]].add(record["nom"])
    today = [record for record in communes if record["type"] == "commune-actuelle"]
    for record in sorted(today, key=lambda each: str(each["code"])):
        code, name = record["code"], record["nom"]
        yield "\t".join([
            code,
            name,
            " ".join(record.get("codesPostaux", [])),
            epci.get(code, ""),
            str(record.get("population", 0)),
            " ".join(sorted(districts[code])),
            "|".join(sorted(former[code] - {name})),
        ])  # fmt: skip


def make(package: Path, out: Path) -> int:
    """Write the file; returns the number of communes."""
    rows = list(lines(load(package, "communes"), load(package, "epci")))
    text = "\n".join(rows) + "\n"
    out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    return len(rows)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--package", type=Path, help="an unpacked package, instead of fetching it")
    options.add_argument("out", type=Path, nargs="?", default=OUT)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = make(given.package or fetch(Path(folder)), given.out)
    print(f"{count} communes, {given.out.stat().st_size} bytes: {given.out}")


if __name__ == "__main__":
    main()
