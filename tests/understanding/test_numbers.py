"""A number is read exactly as it was meant, or asked for again; never guessed."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
import yaml
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from unicode_rbnf import RbnfEngine

from bot.conversation.events import Number, Puzzled
from bot.understanding.numbers import Numbers

CASES = yaml.safe_load((Path(__file__).parent / "data" / "numbers.yml").read_text("utf-8"))
NUMBERS = Numbers.read(Path(__file__).parents[2] / "content")
# The simple number words of the languages whose longer numbers a library reads.
WORDS = {
    "ar": {3: "ثلاثة", 5: "خمسة", 10: "عشرة", 20: "عشرون", 100: "مئة", 1000: "ألف"},
    "ro": {3: "trei", 5: "cinci", 10: "zece", 20: "douăzeci", 100: "sută", 1000: "mie"},
    "tr": {3: "üç", 5: "beş", 10: "on", 20: "yirmi", 100: "yüz", 1000: "bin"},
    "uk": {3: "три", 5: "п'ять", 10: "десять", 20: "двадцять", 100: "сто", 1000: "тисяча"},
}
WHY = {"negative", "vague", "out_of_range", "not_a_number"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_numbers_as_people_type_them(case):
    text, meant, *language = case
    expected = Puzzled(meant) if meant in WHY else Number(Decimal(str(meant)))
    assert NUMBERS.parse(text, *language) == expected


def test_there_are_two_hundred_cases():
    assert len(CASES) >= 200


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "ro", "tr", "uk"])
def test_two_numbers_beside_each_other_are_never_read_as_a_third(language):
    """Pairs of simple words that are not one number: twice the same, and two tens."""
    words = WORDS[language]
    wrong = [(a, b) for a, b in product(words, words) if a == b or (10 <= a < 100 and 10 <= b < 100)]
    for first, second in wrong:
        said = f"{words[first]} {words[second]}"
        assert isinstance(NUMBERS.parse(said, language), Puzzled), said


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "pt", "ro", "tr", "uk"])
def test_numbers_spelt_by_another_hand_are_never_read_wrong(language):
    """CLDR's spellings, in every gender; what is not read is asked back."""
    engine = RbnfEngine.for_language(language)
    read = 0
    for number in [*range(130), *range(130, 10_000, 61)]:
        for style, spelt in engine.format_number(number).text_by_ruleset.items():
            if "cardinal" in style or style.endswith("numbering"):
                found = NUMBERS.parse(spelt, language)
                assert isinstance(found, Puzzled) or found == Number(Decimal(number)), spelt
                read += isinstance(found, Number)
    assert read > 100


amounts = st.decimals(min_value=0, max_value=999_999, places=2).filter(lambda value: value == 0 or value >= 1)


@given(amounts, st.sampled_from(["fr", "en", "es", "pt", "ar", "uk", "tr", "ro", "de_CH"]))
def test_every_way_that_a_language_writes_an_amount_is_read(value, locale):
    assert NUMBERS.parse(format_decimal(value, locale=locale, format="#,##0.##")) == Number(value)


@given(
    st.integers(0, 999_999_999),
    st.sampled_from(["{}", "{} €", "environ {} euros par mois", "j'ai {}", "{}€"]),
)
def test_a_whole_number_in_any_setting(value, setting):
    assert NUMBERS.parse(setting.format(value)) == Number(Decimal(value))


@given(
    st.integers(0, 99_999), st.integers(0, 99_999), st.sampled_from([" ou ", " et ", "-", " à ", " / ", ";"])
)
def test_two_numbers_are_never_one(first, second, between):
    assert isinstance(NUMBERS.parse(f"{first}{between}{second}"), Puzzled)


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text):
    assert isinstance(NUMBERS.parse(text), Number | Puzzled)
