"""What is stored, column by column: what it is, why, until when, on which legal ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.privacy.retention import APPOINTMENT_TERM, JOURNAL_TERM
from bot.storage.tables import metadata

SAID: Final = frozenset({"what", "why", "until", "ground"})


@dataclass(frozen=True, slots=True)
class Inventory:
    """``content/privacy/inventory.yml``: tables with their columns, and the headings to show them under."""

    headings: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]

    def columns(self) -> Mapping[str, Mapping[str, str]]:
        """What is said of each column, by ``table.column``."""
        return {
            f"{table}.{column}": said
            for table, entry in self.tables.items()
            for column, said in entry["columns"].items()
        }

    def gaps(self) -> list[str]:
        """Columns without an entry, entries without a column, entries that leave something unsaid."""
        said = self.columns()
        stored = {
            f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns
        }
        incomplete = {name for name, entry in said.items() if set(entry) != SAID or not all(entry.values())}
        return sorted((stored ^ set(said)) | incomplete)

    def lines(self, state_days: int) -> Iterator[str]:
        """The inventory as plain text, with the terms in force."""
        terms = {
            "state_days": state_days,
            "appointment_days": APPOINTMENT_TERM.days,
            "journal_days": JOURNAL_TERM.days,
        }
        for table, entry in self.tables.items():
            yield f"{entry['name']} ({table})"
            for column, said in entry["columns"].items():
                yield f"  {column}: {said['what']}"
                yield from (
                    f"    {self.headings[part]}: {said[part].format(**terms)}" for part in self.headings
                )
            yield ""


def read(content: Path) -> Inventory:
    """The inventory in this content folder."""
    data = yaml.safe_load((content / "privacy" / "inventory.yml").read_text("utf-8"))
    return Inventory(data["headings"], data["tables"])
