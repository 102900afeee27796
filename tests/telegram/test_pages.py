"""Telegram's count, and cuts where a reader would make them."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram.pages import cut, length, pack
from tests.botapi.markup import units

TEXT = st.text(alphabet=st.sampled_from("ab .!?…\n\t😀é𝄞"), max_size=400)


@given(TEXT)
@example("😀")
def test_length_counts_utf16_units_as_telegram_does(text):
    assert length(text) == units(text)


@given(TEXT, st.integers(2, 60))
@example("a" * 100, 7)
@example("😀" * 30, 3)
@example("\n" * 30, 3)
def test_nothing_is_lost_and_nothing_is_too_long(text, limit):
    parts = list(cut(text, limit))
    assert all(length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_cuts_come_between_lines_then_sentences_then_words():
    assert list(cut("une ligne à part\nune autre", 20)) == ["une ligne à part", "une autre"]
    assert list(cut("Une phrase. Une autre phrase.", 20)) == ["Une phrase.", "Une autre phrase."]
    assert list(cut("quelques mots sans aucun point", 20)) == ["quelques mots sans", "aucun point"]
    assert list(cut("x" * 25, 20)) == ["x" * 20, "x" * 5]


@given(st.lists(st.integers(0, 9)), st.integers(1, 20))
def test_pages_are_filled_in_order(sizes, room):
    pages = list(pack(sizes, lambda size: size, room))
    assert [size for page in pages for size in page] == sizes
    assert all(sum(page) <= room or len(page) == 1 for page in pages)
    assert all(sum(page) + following[0] > room for page, following in pairwise(pages))
