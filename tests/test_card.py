"""The sheet to print: all that the page of the appointment says, one file, nothing of it alive."""

import re

import pytest

from bot.card import card
from bot.conversation.messages import Block

PAGE = (
    Block("title", "Votre rendez-vous"),
    Block("text", "Mardi 24 novembre à 9 h 30"),
    Block("link", "Téléphone : 03 53 01 00 01", href="tel:0353010001"),
    Block("code", "K7QM-4TXR"),
    Block("item", "Votre bail"),
    Block("item", "Un relevé de compte <bancaire>"),
    Block("note", "Je vous écrirai la veille."),
)


def test_all_that_the_page_says_stands_on_the_sheet():
    made = card(PAGE, "fr", "fiche.html")
    text = made.content.decode()
    assert (made.name, made.media_type) == ("fiche.html", "text/html; charset=utf-8")
    for block in PAGE:
        assert block.text.replace("<", "&lt;").replace(">", "&gt;") in text
    assert "<title>Votre rendez-vous</title>" in text
    assert text.count("<li>") == 2 and text.count("<ul>") == 1


def test_it_needs_nothing_and_runs_nothing():
    text = card((Block("text", "<script>alert(1)</script>"),), "fr", "fiche.html").content.decode()
    assert "<script" not in text
    assert not re.search(r"https?://|src=|url\(", text)
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr"), ("xx-odd", "ltr")]
)
def test_it_is_written_in_the_direction_of_its_language(language, direction):
    assert (
        f'<html lang="{language}" dir="{direction}">' in card(PAGE, language, "fiche.html").content.decode()
    )
