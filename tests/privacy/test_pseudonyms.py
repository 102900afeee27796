import secrets

from hypothesis import given
from hypothesis import strategies as st

from bot.privacy.pseudonyms import Pseudonyms

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)


@given(st.text(), st.text(), st.text(), st.text())
def test_each_person_of_each_channel_has_their_own(channel, user, other_channel, other_user):
    names = Pseudonyms([NEW])
    same_person = (channel, user) == (other_channel, other_user)
    assert (names.of(channel, user) == names.of(other_channel, other_user)) == same_person


def test_channel_and_id_do_not_run_together():
    assert Pseudonyms([NEW]).of("web", "1") != Pseudonyms([NEW]).of("we", "b1")


def test_without_the_key_it_cannot_be_made_and_it_holds_nothing_of_the_id():
    assert Pseudonyms([NEW]).of("telegram", "123456789") != Pseudonyms([OLD]).of("telegram", "123456789")
    assert "123456789" not in Pseudonyms([NEW]).of("telegram", "123456789")


def test_older_keys_still_find_what_they_named():
    assert Pseudonyms([NEW, OLD]).of("web", "a") == Pseudonyms([NEW]).of("web", "a")
    assert Pseudonyms([NEW, OLD]).former("web", "a") == (Pseudonyms([OLD]).of("web", "a"),)
