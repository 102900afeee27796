"""The second description of the Bot API that the tests of this folder hold every call to."""

from tests.botapi.by_another_hand import complaint


def test_it_complains_of_what_telegram_would_refuse_or_pass_over():
    assert complaint("sendMessage", {"chat_id": "1", "text": "Bonjour"}) == ""
    assert "no ['texte']" in complaint("sendMessage", {"chat_id": "1", "text": "Bonjour", "texte": "x"})
    assert "text" in complaint("sendMessage", {"chat_id": "1"})
    assert "no method" in complaint("sendRegards", {})
    wrong = {"inline_keyboard": [[{"callback_data": "a"}]]}
    assert "text" in complaint("sendMessage", {"chat_id": "1", "text": "a", "reply_markup": wrong})
