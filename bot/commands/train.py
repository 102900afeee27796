"""`train`: the model of topics, from content/utterances."""

from __future__ import annotations

import click

from bot.settings import data_folder
from bot.understanding.model import FILE


@click.command()
def train() -> None:
    """Train the model of topics from content/utterances and write it to content/trained."""
    try:
        from bot.understanding import training  # noqa: PLC0415 - scikit-learn is not part of every installation
    except ImportError as missing:
        raise click.ClickException(f"{missing.name} is missing: pip install scikit-learn") from missing
    content = data_folder() / "content"
    said = training.train(content / "utterances", content / "trained" / FILE)
    for name, figure in said.items():
        click.echo(f"{name}: {figure:.3f}" if isinstance(figure, float) else f"{name}: {figure}")
