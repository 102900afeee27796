"""`train`: what is learnt of topics from content/utterances, and of danger from content/crisis/examples."""

from __future__ import annotations

import click

from bot.settings import data_folder


@click.command()
def train() -> None:
    """Train the heads of topics and of danger from content/ and write them to content/trained."""
    try:
        from bot.understanding.teaching import teach  # noqa: PLC0415 - scikit-learn is not part of every installation
    except ImportError as missing:
        raise click.ClickException(f"{missing.name} is missing: pip install scikit-learn") from missing
    for head, said in teach(data_folder() / "content").items():
        for name, figure in said.items():
            click.echo(f"{head}: {name}: {figure:.3f}")
