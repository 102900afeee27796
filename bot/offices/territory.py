"""Every French commune: by INSEE code, by postal code, by name as people type it."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from bot.conversation.ports import Commune
from bot.eligibility import yamlfile
from bot.eligibility.problems import one_is_all
from bot.folding import fold
from bot.offices.spelling import slips

MOST_WORDS = 12  # of a message are looked at; the longest name of a commune has ten
POSTCODE = 5  # digits
MOST_BEGUN = 12  # names that begin as typed; beyond this the words say too little
MOST_LONGER = 100
MOST_MISSPELT = 5
MUCH_LARGER = 10  # times the people: "Chalon" may be Chalon-sur-Saône as well as Chalon
FEWEST_TELLING = 3  # letters of a word that can be a name beside other words
FEWEST_LETTERS, MOST_LETTERS = 5, 45  # of what is searched with a slip
_ARTICLE = re.compile(r"(?:le|la|les|l) (?=.)")
_SHORTENED = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "ss": "sous", "s": "sur"}
_SHORTENED_WORD = re.compile(rf"\b(?:{'|'.join(_SHORTENED)})\b")
_SPACED_POSTCODE = re.compile(r"\b(\d\d) (\d{3})\b")
_DEPARTMENT = re.compile(r"\d[\dab]|9[78]\d")

Rows: TypeAlias = Sequence[int]


@dataclass(frozen=True, slots=True)
class _Names:
    """Row numbers of the communes by folded name, as a whole and without the leading article."""

    rows: dict[str, Rows]
    sorted: list[str]

    @classmethod
    def of(cls, names: Iterable[str], numbers: Iterable[int]) -> _Names:
        rows: dict[str, Rows] = {}
        for number, name in zip(numbers, names, strict=True):
            rows[name] = (*rows.get(name, ()), number)
            if name[0] == "l" and (article := _ARTICLE.match(name)):
                bare = name[article.end() :]
                rows[bare] = (*rows.get(bare, ()), number)
        return cls(rows, sorted(rows))

    def beginning(self, key: str, at_most: int) -> list[int]:
        """The communes whose name begins with these whole words; none at all beyond `at_most` names."""
        first = bisect_left(self.sorted, f"{key} ")
        end = bisect_left(self.sorted, f"{key}!", first)  # "!" is what sorts next after a space
        names = self.sorted[first:end] if end - first <= at_most else []
        return [row for name in names for row in self.rows[name]]


@dataclass
class Territory:
    """The communes of a file made by tools/make_communes.py, read when first asked for.

    `asides` are folded words that people write around a place ("j'habite à …") and that are places too.
    """

    file: Path
    asides: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def read(cls, content: Path) -> Territory:
        """The communes of a content folder; rows are read on first use. Raises `RuleErrors`."""
        name = content / "places.yml"
        with one_is_all():
            words = yamlfile.read(name, "content/places.yml").fields(["around"], [])["around"].members()
            return cls(content / "communes.tsv.gz", frozenset(fold(item.text()) for item in words))

    def commune(self, code: str) -> Commune | None:
        """The commune with this INSEE code; a district of Paris, Lyon or Marseille gives its city."""
        row = self._row(code)
        if row is None:
            return None
        insee, name, postal, *_ = self._rows[row].split("\t")
        return Commune(insee, name, postal.split(" ")[0], department(insee))

    def epci(self, code: str) -> str:
        """The SIREN number of the group of communes it belongs to; empty if it belongs to none."""
        row = self._row(code)
        return "" if row is None else self._rows[row].split("\t")[3]

    def population(self, code: str) -> int:
        row = self._row(code)
        return 0 if row is None else self._people(row)

    def search(self, text: str) -> tuple[str, ...]:
        """The INSEE codes of the communes that a text may mean, the likeliest first; empty if there is none.

        A postal code decides; a name beside it chooses among its communes. Several communes of one name come
        all, by population. One slip in a name is forgiven where few communes are as near.
        """
        tokens = self._tokens(text)
        postal = [token for token in tokens if token.isdigit() and len(token) == POSTCODE]
        here = [row for token in postal for row in self._postcodes.get(token, ())]
        if here:
            named = self._named([token for token in tokens if not token.isdigit()], frozenset(here))
            return self._ranked(named or here)
        return self._ranked(self._narrowed(self._named(tokens), tokens))

    # --- reading --------------------------------------------------------------------------------------------

    @cached_property
    def _rows(self) -> list[str]:
        return gzip.decompress(self.file.read_bytes()).decode().splitlines()

    @cached_property
    def _districts(self) -> dict[str, str]:
        fields = (row.split("\t") for row in self._rows if row[:5] in ("13055", "69123", "75056"))
        return {district: each[0] for each in fields for district in each[5].split()}

    @cached_property
    def _postcodes(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            for code in row.split("\t", 3)[2].split():
                index[code].append(number)
        return dict(index)

    @cached_property
    def _names(self) -> _Names:
        names, numbers = [row.split("\t", 2)[1] for row in self._rows], list(range(len(self._rows)))
        for number, row in enumerate(self._rows):
            if row[-1] != "\t":  # communes that are part of this one today
                former = row.rsplit("\t", 1)[1].split("|")
                names += former
                numbers += [number] * len(former)
        return _Names.of(_spelt_out(fold("\n".join(names))).split("\n"), numbers)

    def _row(self, code: str) -> int | None:
        code = self._districts.get(code, code)
        number = bisect_left(self._rows, code)
        return number if number < len(self._rows) and self._rows[number].startswith(f"{code}\t") else None

    def _code(self, row: int) -> str:
        return self._rows[row][:5]

    def _people(self, row: int) -> int:
        return int(self._rows[row].split("\t", 5)[4])

    # --- searching ------------------------------------------------------------------------------------------

    def _tokens(self, text: str) -> list[str]:
        folded = _SPACED_POSTCODE.sub(r"\1\2", fold(text).replace("\n", " "))
        return _spelt_out(folded).split()[:MOST_WORDS]

    def _named(self, tokens: list[str], within: frozenset[int] | None = None) -> list[int]:
        """The communes named in these words: the whole message or what is left of it without asides, exactly
        or with a slip; else names within the message; else the beginning of one.
        """
        core = self._core(tokens)
        looks: list[Callable[[], list[int]]] = [
            lambda: self._exact(tokens),
            lambda: self._exact(core),
            lambda: self._misspelt(core),
            lambda: self._runs(tokens, self._exact),
            lambda: self._runs(tokens, self._begun),
        ]
        for look in looks:
            if found := [row for row in look() if within is None or row in within]:
                return found
        return []

    def _core(self, tokens: list[str]) -> list[str]:
        """The words between the asides at both ends."""
        telling = [at for at, word in enumerate(tokens) if not self._aside(word)]
        return tokens[telling[0] : telling[-1] + 1] if telling else []

    def _runs(self, tokens: list[str], look: Callable[[list[str]], list[int]]) -> list[int]:
        """What `look` finds for the longest runs of words, without overlap."""
        found: list[int] = []
        taken: set[int] = set()
        for size in range(len(tokens), 0, -1):
            for start in range(len(tokens) - size + 1):
                span, run = range(start, start + size), tokens[start : start + size]
                if taken.isdisjoint(span) and not all(map(self._aside, run)) and (rows := look(run)):
                    taken.update(span)
                    found += rows
        return found

    def _aside(self, word: str) -> bool:
        """Whether this word tells nothing beside others."""
        return word in self.asides or word.isdigit() or len(word) < FEWEST_TELLING

    def _exact(self, run: list[str]) -> list[int]:
        key = " ".join(run)
        found = self._names.rows.get(key)
        if not found:
            return []
        most = max(map(self._people, found))
        longer = self._names.beginning(key, MOST_LONGER)
        return [*found, *(row for row in longer if self._people(row) > MUCH_LARGER * most)]

    def _begun(self, run: list[str]) -> list[int]:
        return self._names.beginning(" ".join(run), MOST_BEGUN)

    def _misspelt(self, run: list[str]) -> list[int]:
        key = " ".join(run)
        if not FEWEST_LETTERS <= len(key) <= MOST_LETTERS:
            return []
        rows = self._names.rows
        near = {row for slip in set(slips(key)) & rows.keys() for row in rows[slip]}
        return list(near) if len(near) <= MOST_MISSPELT else []

    def _narrowed(self, rows: list[int], tokens: list[str]) -> list[int]:
        """Only those of a department that is named beside them by its number."""
        named = {token for token in tokens if _DEPARTMENT.fullmatch(token)}
        return [row for row in rows if department(self._code(row)).lower() in named] or rows

    def _ranked(self, rows: Iterable[int]) -> tuple[str, ...]:
        order = sorted(dict.fromkeys(rows), key=lambda row: (-self._people(row), row))
        return tuple(map(self._code, order))


def department(code: str) -> str:
    """The department or overseas territory of an INSEE code: two characters, or three overseas."""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def _spelt_out(folded: str) -> str:
    """Saint for St, sur for s/."""
    return _SHORTENED_WORD.sub(lambda match: _SHORTENED[match[0]], folded)
