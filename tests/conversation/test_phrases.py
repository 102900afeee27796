"""Figures, dates and amounts as people write them; every sentence of the program exists and is short."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import gathering, texts
from bot.conversation.labels import LONGEST, choice_labels, in_words
from bot.conversation.phrases import Phrases
from bot.conversation.world import World
from bot.eligibility.model import Fact, Figure, Said
from bot.eligibility.problems import RuleErrors
from bot.eligibility.values import DECLINED, Interval
from tests.conversation.vocabulary import PARIS, plain, sentences

ROOT = Path(__file__).parents[2]
INCOME = Fact("income", "amount", "Ressources", "?", unit="EUR/month", range=Interval(0, 1_500_000))
AGE = Fact("age", "age", "Âge", "?", range=Interval(0, 110))
CHILDREN = Fact("children", "count", "Enfants", "?", range=Interval(0, 10))


@pytest.fixture
def fr(world: World) -> Phrases:
    return world.phrases["fr"]


def bands(low: int, *cuts: int) -> list[Interval]:
    ends = [low, *cuts]
    return [Interval(a, b - 1) for a, b in pairwise(ends)]


# --- labels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "choices", "shown"),
    [
        (INCOME, bands(0, 65169, 97754, 1_500_001), ["651 € ou moins", "De 652 € à 977 €", "978 € ou plus"]),
        (INCOME, bands(0, 65100, 1_500_001), ["Moins de 651 €", "651 € ou plus"]),
        (
            INCOME,
            bands(0, 65100, 97754, 120000, 1_500_001),
            ["Moins de 651 €", "De 651 € à 977 €", "De 978 € à moins de 1 200 €", "1 200 € ou plus"],
        ),
        (INCOME, bands(0, 1, 1_500_001), ["0 €", "Plus de 0 €"]),
        (
            INCOME,
            bands(0, 65110, 65150, 1_500_001),
            ["651,09 € ou moins", "De 651,10 € à 651,49 €", "651,50 € ou plus"],
        ),
        (AGE, bands(0, 25, 65, 111), ["Moins de 25 ans", "De 25 à 64 ans", "65 ans ou plus"]),
        (AGE, bands(18, 19, 25), ["18 ans", "De 19 à 24 ans"]),
        (CHILDREN, bands(0, 1, 2, 4, 11), ["0", "1", "De 2 à 3", "4 ou plus"]),
    ],
)
def test_bands_read_well(fr: Phrases, fact: Fact, choices: list[Interval], shown: list[str]) -> None:
    assert [plain(label) for label in choice_labels(fact, choices, fr)] == shown


@given(
    cuts=st.lists(st.integers(1, 1_500_000), min_size=1, max_size=4, unique=True), euros=st.integers(0, 15000)
)
def test_a_whole_number_of_euros_fits_the_label_of_its_band_only(
    world: World, cuts: list[int], euros: int
) -> None:
    choices = bands(0, *sorted(cuts), 1_500_001)
    labels = [plain(label) for label in choice_labels(INCOME, choices, world.phrases["fr"])]
    assert len(set(labels)) == len(choices)
    for label, band in zip(labels, choices, strict=True):
        assert _fits(euros * 100, label) == (band.low <= euros * 100 <= band.high), (label, band)


def _fits(cents: int, label: str) -> bool:
    """What a reader takes a label to mean."""
    figures = [round(float(figure.replace(" ", "").replace(",", ".")) * 100)
               for figure in re.findall(r"\d[\d ]*(?:,\d\d)?", label)]  # fmt: skip
    if label.startswith("Moins de"):
        return cents < figures[0]
    if label.startswith("Plus de"):
        return cents > figures[0]
    if "à moins de" in label:
        return figures[0] <= cents < figures[1]
    if "ou moins" in label:
        return cents <= figures[0]
    if "ou plus" in label:
        return cents >= figures[0]
    return figures[0] <= cents <= figures[-1]


def test_long_choices_fit_a_button_and_are_told_in_full(fr: Phrases) -> None:
    long = Fact("x", "choice", "x", "?", choices={"a": "a" * 80, "b": "a" * 81, "c": "court"})
    labels = choice_labels(long, [frozenset("a"), frozenset("b"), frozenset("c")], fr)
    assert len(set(labels)) == 3 and max(map(len, labels)) <= LONGEST


def test_several_choices_in_one(fr: Phrases) -> None:
    homes = Fact("x", "choice", "x", "?", choices={"a": "Je loue", "b": "On m'héberge", "c": "Rien"})
    assert choice_labels(homes, [frozenset("ab"), frozenset("c")], fr) == ["Je loue ou On m'héberge", "Rien"]


def test_answers_in_words(fr: Phrases) -> None:
    assert plain(in_words(INCOME, Interval(65169, 97753), fr)) == "De 652 € à 977 € par mois"
    assert in_words(AGE, DECLINED, fr) == "je préfère ne pas dire"


# --- figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (150.2, 250.7, "entre 150 € et 251 € par mois environ"),
        (251.3, 251.3, "252 € par mois environ"),
        (0, 651.69, "jusqu'à 652 € par mois environ"),
        (0, 0, ""),
        (-20, -3, ""),
        (-20, 80, "jusqu'à 80 € par mois environ"),
        (74.2, 686, "jusqu'à 686 € par mois environ"),
    ],
)
def test_what_a_right_may_bring(fr: Phrases, low: float, high: float, shown: str) -> None:
    assert plain(fr.about(Figure(low, high, "EUR/month"))) == shown


def test_the_figures_of_a_condition(fr: Phrases) -> None:
    def told(template: str, low: float, high: float, unit: str) -> str:
        return plain(fr.tell(Said(template, {"x": Figure(low, high, unit)})))

    assert told("Moins de {x}.", 651.69, 651.69, "EUR/month") == "Moins de 651,69 €."
    assert (
        told("Moins de {x}.", 651.69, 1000, "EUR/month")
        == "Moins de 651 € à 1 000 € (selon votre situation)."
    )
    assert (
        told("Moins de {x}.", 0, 1318.2, "EUR/month") == "Moins de 1 319 € au plus (selon votre situation)."
    )
    assert (
        told("Moins de {x}.", 300, 1318.2, "EUR/month") == "Moins de 1 319 € au plus (selon votre situation)."
    )
    assert told("Moins de {x}.", 651.69, 651.6900001, "EUR/month") == "Moins de 651,69 €."
    assert told("Depuis {x}.", 5, 5, "years") == "Depuis 5 ans."
    assert told("{x}.", 1, 1, "persons") == "1 personne."


def test_dates_and_hours(fr: Phrases) -> None:
    assert fr.moment(datetime(2026, 12, 1, 9, 0, tzinfo=PARIS)) == "Mardi 1er décembre à 9 h"
    assert fr.show(datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)) == "mardi 24 novembre à 9 h 30"
    assert fr.day(date(2026, 11, 21)) == "21 novembre 2026"
    assert fr.show(time(14)) == "14 h"
    assert fr.show(["RSA", "AAH", "ASF"]) == "RSA, AAH et ASF"


def test_words_within_a_sentence(fr: Phrases) -> None:
    assert [fr.inline(words) for words in ("Votre bail", "RIB", "À la mairie", "")] == [
        "votre bail",
        "RIB",
        "à la mairie",
        "",
    ]


def test_nothing_raises_on_a_missing_word(fr: Phrases) -> None:
    assert fr.say("no.such.key", x=1) == "no.such.key"
    assert "{label}" in fr.say("summary.line", answer="x")


# --- sentences --------------------------------------------------------------------------------------------


def program() -> str:
    paths = [*(ROOT / "bot" / "conversation").rglob("*.py"), ROOT / "bot" / "channels" / "terminal.py"]
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_every_sentence_that_the_program_says_exists(fr: Phrases) -> None:
    source = program()
    used = set(re.findall(r'\bsay\(\s*"([a-z_.]+)"', source)) | set(
        re.findall(r'"(button\.[a-z_]+)"', source)
    )
    assert used - set(fr.templates) == set()


def test_no_sentence_lies_unused(fr: Phrases) -> None:
    source = program()
    made = re.compile(
        r"^(band|per|puzzled|note|change|answer|figure|right\.(likely|open|unlikely|orientation|demonstration)|results\."
        r"|kind|reminders|language\.name|appointment\.how|button\.remind_(day|hours))"
    )
    unused = [key for key in fr.templates if f'"{key}"' not in source and not made.match(key)]
    assert unused == []


def test_sentences_are_at_most_20_words_long(fr: Phrases) -> None:
    for key, template in fr.templates.items():
        for form in [template] if isinstance(template, str) else template.values():
            assert all(len(part.split()) <= 20 for part in sentences(form)), key


def test_labels_of_buttons_and_topics_fit(world: World) -> None:
    for phrases in world.phrases.values():
        labels = [phrases.say(key) for key in phrases.templates if key.startswith("button.")]
        labels += [phrases.translate(topic.label) for topic in world.topics]
        assert max(map(len, labels)) <= LONGEST


# --- catalogues -------------------------------------------------------------------------------------------


def catalogue(folder: Path, entries: str) -> None:
    for part in ("content", "locales"):
        (folder / part).mkdir()
    for name in ("messages.yml", "topics.yml"):
        (folder / "content" / name).write_bytes((ROOT / "content" / name).read_bytes())
    path = folder / "locales" / "en" / "LC_MESSAGES" / "clairdroit.po"
    path.parent.mkdir(parents=True)
    head = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""
    path.write_text(head + entries, "utf-8")


def test_a_missing_or_broken_translation_falls_back_to_french(tmp_path: Path) -> None:
    catalogue(
        tmp_path,
        """
msgid "Retour"
msgstr "Back"

msgid "Écrivez un nombre entre {low} et {high}."
msgstr "Write a number above {low}."

#, fuzzy
msgid "Commencer"
msgstr "Start"

msgid "une autre aide"
msgid_plural "{count} autres aides"
msgstr[0] "one more"
msgstr[1] "{count} more"
""",
    )
    english = texts.read(tmp_path).phrases["en"]
    assert english.name == "English"
    assert english.say("button.back") == "Back"
    assert english.say("puzzled.out_of_range.here", low=1, high=2) == "Écrivez un nombre entre 1 et 2."
    assert english.say("button.begin") == "Commencer"
    assert (english.say("why.others", count=1), english.say("why.others", count=3)) == ("one more", "3 more")


def test_a_plural_that_is_not_translated_yet_is_said_in_french(tmp_path: Path) -> None:
    catalogue(
        tmp_path, 'msgid "une autre aide"\nmsgid_plural "{count} autres aides"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )
    assert texts.read(tmp_path).phrases["en"].say("why.others", count=3) == "3 autres aides"


def test_a_broken_sentence_file_is_refused_with_its_place(tmp_path: Path) -> None:
    catalogue(tmp_path, "")
    (tmp_path / "content" / "messages.yml").write_text("greeting:\n  title: [a\n", "utf-8")
    with pytest.raises(RuleErrors, match=r"content/messages\.yml:3"):
        texts.read(tmp_path)


def test_the_template_and_the_catalogues_are_up_to_date() -> None:
    """After a change of sentences: python -m bot.texts"""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    gathered = {message.id for message in gathering.template(ROOT) if message.id}
    with (ROOT / "locales" / "clairdroit.pot").open("rb") as file:
        assert {message.id for message in read_po(file) if message.id} == gathered
