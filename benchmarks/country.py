"""A whole country's aids as rule files: 2,000 rights over 300 facts, drawn by chance (seeded).

125 places (three choice facts of five: region, department, area). 1,750 aids are local: they ask for the place and
one to three facts more, common ones or one of the few that only this place asks. 250 are national, of three to six
common facts.
"""

from __future__ import annotations

import random
from pathlib import Path

RIGHTS = 2_000
NATIONAL = 250
PLACES = [(r, d, a) for r in "abcde" for d in "abcde" for a in "abcde"]
COMMON = 27
LOCAL = 270
_COMMON_KINDS = ("yes_no", "yes_no", "yes_no", "choice", "count", "age", "amount", "amount")
_LOCAL_KINDS = ("yes_no", "yes_no", "choice", "count", "amount")
_REST = """name: Aide {number}
in_short: Une aide locale.
topics: [{topic}]
offices: [ccas]
let:
  ceiling: {{is: base * {factor}, label: Plafond}}
conditions:
{conditions}
apply: {{steps: [Demandez au guichet.], papers: [Une pièce d'identité]}}
appeal: {{within: 2 mois, how: Écrivez à la mairie.}}
sources: [{{title: Règlement local}}]
checked: {{on: 2026-11-21, how: draft}}
review_before: 2027-06-01
"""
_TOPICS = [
    "housing",
    "income",
    "health",
    "disability",
    "children",
    "ageing",
    "energy",
    "papers",
    "work",
    "food",
    "debt",
    "justice",
]
_SHAPES = {
    "yes_no": "type: yes_no",
    "choice": "type: choice, choices: {a: Un, b: Deux, c: Trois, d: Quatre}",
    "place": "type: choice, choices: {a: Un, b: Deux, c: Trois, d: Quatre, e: Cinq}",
    "count": "type: count, range: 0..8",
    "age": "type: age, range: 0..110",
    "amount": "type: amount, unit: EUR/month, range: 0..6000",
}


def write(folder: Path, seed: int = 1) -> Path:
    """The rules folder of the country."""
    chance = random.Random(seed)
    common = [(f"fact_{i}", _COMMON_KINDS[i % len(_COMMON_KINDS)]) for i in range(COMMON)]
    local = [(f"local_{i}", _LOCAL_KINDS[i % len(_LOCAL_KINDS)]) for i in range(LOCAL)]
    facts = [(level, "place") for level in ("region", "department", "area")] + common + local
    _put(folder / "facts" / "all.yml", "".join(_fact(name, kind, chance) for name, kind in facts))
    base = "{label: Base, unit: EUR/month, values: {2020-01-01: {value: 650, source: S}}}"
    _put(folder / "parameters" / "all.yml", f"base: {base}\n")
    for number in range(RIGHTS):
        _put(folder / "rights" / f"aid_{number}" / "2026-01-01.yml", _right(number, common, local, chance))
    return folder


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _fact(name: str, kind: str, chance: random.Random) -> str:
    yes = round(chance.uniform(0.05, 0.5), 2)
    prior = {
        "yes_no": f"yes: {yes}, no: {round(1 - yes, 2)}",
        "choice": "a: 0.4, b: 0.3, c: 0.2, d: 0.1",
        "place": "a: 0.2, b: 0.2, c: 0.2, d: 0.2, e: 0.2",
        "count": "bands: {0..0: 0.5, 1..2: 0.35, 3..8: 0.15}",
        "age": "bands: {18..24: 0.15, 25..61: 0.65, 62..90: 0.2}",
        "amount": "bands: {0..600: 0.3, 600..1200: 0.35, 1200..2000: 0.25, 2000..6000: 0.1}",
    }[kind]
    asked = f"label: Le fait {name}, ask: Et pour {name} ?"
    return f"{name}: {{{_SHAPES[kind]}, {asked}, prior: {{{prior}, source: estimate, note: N}}}}\n"


def _right(
    number: int, common: list[tuple[str, str]], local: list[tuple[str, str]], chance: random.Random
) -> str:
    if number < NATIONAL:
        place, facts = "", chance.sample(common, chance.randint(3, 6))
    else:
        at = number % len(PLACES)
        near = local[at * LOCAL // len(PLACES) : (at + 1) * LOCAL // len(PLACES)]
        place = "region == {} and department == {} and area == {}".format(*PLACES[at])
        facts = chance.sample(common, chance.randint(1, 2)) + chance.sample(near, chance.randint(0, 1))
    tests = [place] * bool(place) + [_test(name, kind, chance) for name, kind in facts]
    conditions = "\n".join(f'  - {{id: c{i}, say: C., when: "{test}"}}' for i, test in enumerate(tests))
    factor = round(chance.uniform(0.8, 3.0), 2)
    return _REST.format(number=number, topic=chance.choice(_TOPICS), factor=factor, conditions=conditions)


def _test(name: str, kind: str, chance: random.Random) -> str:
    return {
        "yes_no": chance.choice([name, f"not {name}"]),
        "choice": f"{name} in {{{', '.join(chance.sample('abcd', 2))}}}",
        "count": f"{name} >= {chance.randint(1, 3)}",
        "age": f"{name} {chance.choice(['>=', '<'])} {chance.choice([18, 26, 60, 65])}",
        "amount": f"{name} < ceiling",
    }[kind]
