"""`clairdroit bench`: the benchmarks of the repository."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import bot


@click.command()
@click.argument("names", nargs=-1)
def bench(names: tuple[str, ...]) -> None:
    """Print the figures, each beside its aim: all of them, or those named. They need the source checkout."""
    root = Path(bot.__file__).parents[1]
    if not (root / "benchmarks" / "run.py").is_file():
        raise click.ClickException("The benchmarks are not in the package: run this in a source checkout.")
    sys.path.insert(0, str(root))
    from benchmarks import run  # noqa: PLC0415 - only there

    unknown = set(names) - run.MODULES.keys()
    if unknown:
        raise click.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(run.MODULES)}")
    missed = run.run(names)
    click.echo(f"\n{missed} aims missed" if missed else "\nno aim missed")
