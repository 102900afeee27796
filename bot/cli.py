"""The command lines (DESIGN.md §6). Each command imports what it needs when it runs."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clairdroit")
def main() -> None:
    """Clairdroit: which social rights a person probably has, and an appointment to claim them."""
