"""Easy French (FALC) is easier than the French: shorter sentences, and nothing harder for the parser of `rules check`."""

import re
from pathlib import Path

import pytest

from bot import texts
from bot.editing import grammar
from bot.editing.sentences import _END, Sentence
from bot.eligibility.model import Place
from bot.texts import catalogue, catalogues, forms_of, sources_of

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"\w")
FEWEST = 4  # words: shorter ones are labels


@pytest.fixture(scope="module")
def pairs():
    """Each French sentence or label, and how easy French says it."""
    read = catalogue(catalogues(ROOT / "locales")["fr-x-falc"])
    return [(sources_of(each)[0], forms_of(each)[0]) for each in read if each.id and any(forms_of(each))]


def parted(texts):
    parts = [Sentence(part, Place("x", 1, 1), "") for text in texts for part in _END.split(text)]
    return [part for part in parts if WORD.search(part.text)]


def mean(sentences):
    long = [each.words for each in sentences if each.words >= FEWEST]
    return sum(long) / len(long)


def test_a_sentence_has_at_most_twelve_words_as_a_rule(pairs):
    french, easy = (parted(column) for column in zip(*pairs, strict=True))
    assert mean(easy) <= 9 < mean(french)
    long = [each.text for each in easy if each.words > 20]
    assert len(long) <= len(easy) / 200, long
    assert sum(each.words > 12 for each in easy) <= len(easy) / 8


def test_no_semicolons_and_no_numbers_in_words(pairs):
    changed = [easy for french, easy in pairs if easy != french]
    assert not [easy for easy in changed if ";" in easy]
    in_words = re.compile(
        r"\b(trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt)\b(?! de mode)", re.IGNORECASE
    )
    assert not [easy for easy in changed if in_words.search(easy)]


@pytest.mark.slow
@pytest.mark.skipif(not grammar.installed(), reason="spaCy's French parser is not installed")
def test_the_parser_finds_less_that_is_hard_than_in_the_french(pairs):
    french, easy = (
        parted(column) for column in zip(*[pair for pair in pairs if pair[0] != pair[1]], strict=True)
    )
    assert hard(easy) <= hard(french)


def hard(sentences):
    """The share of sentences with a passive voice or a doubled negation."""
    return len(list(grammar.hard_to_parse(sentences))) / len(sentences)


def test_official_names_are_explained(pairs):
    """Words of the trade never stand alone where the French explains them too."""
    easy = " ".join(said for _, said in pairs)
    for word, meaning in {
        "MDPH": "maison du handicap",
        "CCAS": "centre communal",
        "récépissé": "papier",
    }.items():
        assert word in easy
        assert meaning in easy


def test_easy_french_stands_sentence_under_sentence():
    says = texts.read(ROOT).phrases["fr-x-falc"]
    lines = says.say("greeting.does").split("\n")
    assert len(lines) == len(parted([" ".join(lines)])) > 1
    assert "\n" not in "".join(says.say(key) for key in says.templates if key.startswith("button."))
