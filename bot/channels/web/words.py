"""The page's own words, from content/web.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import yaml
from babel import Locale, UnknownLocaleError


def read(folder: Path) -> Mapping[str, str]:
    """The French words of the data folder, by their names in the templates."""
    with (folder / "content" / "web.yml").open(encoding="utf-8") as file:
        return cast("Mapping[str, str]", yaml.safe_load(file))


def direction(language: str) -> str:
    """``ltr`` or ``rtl``; a language that CLDR does not know is written like French."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
