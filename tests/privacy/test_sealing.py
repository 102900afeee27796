import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.sealing import BLOCK, Broken, Seals

KEY = secrets.token_bytes(32)


@given(st.binary(max_size=1000), st.text())
def test_what_is_sealed_opens_again_for_its_owner(content, owner):
    seals = Seals([KEY])
    assert seals.open(seals.seal(content, owner), owner) == content


@given(st.binary(min_size=4, max_size=200))
def test_nothing_of_the_content_is_seen(content):
    seals = Seals([KEY])
    sealed = seals.seal(content, "zoe")
    assert content not in sealed
    assert sealed != seals.seal(content, "zoe")


def test_for_another_owner_or_with_another_key_it_stays_shut():
    sealed = Seals([KEY]).seal(b"answers", "zoe")
    for seals, owner in ((Seals([KEY]), "ali"), (Seals([secrets.token_bytes(32)]), "zoe")):
        with pytest.raises(Broken):
            seals.open(sealed, owner)


@given(st.data())
def test_any_changed_byte_is_noticed(data):
    sealed = bytearray(Seals([KEY]).seal(b"answers", "zoe"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Broken):
        Seals([KEY]).open(bytes(sealed), "zoe")


@given(st.binary(max_size=60))
def test_rubbish_is_refused(rubbish):
    with pytest.raises(Broken):
        Seals([KEY]).open(rubbish, "zoe")


def test_a_new_key_seals_and_the_old_one_still_opens():
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    sealed = Seals([old]).seal(b"answers", "zoe")
    both = Seals([new, old])
    assert both.open(sealed, "zoe") == b"answers"
    assert Seals([new]).open(both.seal(b"answers", "zoe"), "zoe") == b"answers"


def test_the_length_says_little():
    seals = Seals([KEY])
    assert len({len(seals.seal(bytes(size), "zoe")) for size in range(BLOCK)}) == 1
