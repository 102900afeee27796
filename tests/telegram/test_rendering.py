"""Whatever a reply holds, Telegram takes it, and the person sees all of it."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import load_wording
from bot.channels.telegram.pages import LIMIT
from bot.channels.telegram.rendering import SCREEN, bubbles, keyboard
from bot.conversation.messages import Block, Button, Message, Prompt, Reply
from tests.botapi import limits
from tests.botapi.markup import read_html, units
from tests.telegram.conftest import CONTENT

WORDING = load_wording(CONTENT)
WORDS = st.text(alphabet=st.sampled_from("abé<>&\"' .\n😀"), min_size=1, max_size=60).filter(str.strip)
LONG = st.builds(str.__mul__, WORDS, st.sampled_from([1, 3, 200]))
KINDS = st.sampled_from(["title", "text", "item", "note", "link", "code"])
HREFS = st.sampled_from(["", 'https://example.org/?a=1&b="2"', "tel:+33386000000"])
BLOCKS = st.builds(Block, KINDS, LONG, st.sampled_from(["", "yes", "no", "open"]), HREFS)
MESSAGES = st.builds(Message, st.lists(BLOCKS, min_size=1, max_size=4).map(tuple), st.booleans())
BUTTONS = st.builds(
    Button,
    WORDS,
    st.text(alphabet=st.sampled_from("abc:_9"), min_size=1, max_size=40),
    st.sampled_from([None, True, False]),
)
PROMPTS = st.builds(
    Prompt,
    st.lists(BLOCKS, min_size=1, max_size=3).map(tuple),
    id=st.text(alphabet="abcdef0123456789", min_size=1, max_size=23),
    buttons=st.lists(BUTTONS, max_size=5).map(tuple),
    standing=st.lists(BUTTONS, max_size=4).map(tuple),
)
REPLIES = st.builds(Reply, PROMPTS, st.lists(MESSAGES, max_size=5).map(tuple), erased=st.booleans())


def _visible(text):
    return "".join(character for character in text if not character.isspace() and character not in "•✅❌❔")


@given(REPLIES)
def test_telegram_takes_every_reply_and_all_of_it_is_seen(reply):
    seen = ""
    for bubble in bubbles(reply, WORDING):
        shown = limits.text({"text": bubble.html, "parse_mode": "HTML"})
        limits.keyboard(bubble.keyboard.to_dict() if bubble.keyboard else None)
        seen += shown["text"]
    ordered = sorted(reply.notices, key=lambda notice: not notice.urgent)
    farewell = WORDING.erased if reply.erased else ""
    said = "".join(block.text for message in ordered for block in message.blocks)
    asked = "".join(block.text for block in reply.prompt.blocks)
    assert _visible(seen) == _visible(said + farewell + asked)


@given(REPLIES)
def test_only_the_last_message_has_the_buttons_and_all_of_them(reply):
    *earlier, last = bubbles(reply, WORDING)
    assert not any(bubble.keyboard for bubble in earlier)
    rows = last.keyboard.inline_keyboard if last.keyboard else ()
    shown = [button.callback_data for row in rows for button in row]
    assert shown == [
        f"{reply.prompt.id}:{button.action}" for button in (*reply.prompt.buttons, *reply.prompt.standing)
    ]


def _reply(*notices, **more):
    return Reply(Prompt((Block("text", "Quel âge avez-vous ?"),), id="q"), notices, **more)


def test_short_messages_share_one_bubble_and_long_ones_do_not():
    short, long = Message((Block("text", "Bien noté."),)), Message((Block("text", "Mot. " * 300),))
    assert [bubble.html for bubble in bubbles(_reply(short), WORDING)] == [
        "Bien noté.\n\nQuel âge avez-vous ?"
    ]
    assert len(bubbles(_reply(long, short), WORDING)) == 2
    assert all(
        units(read_html(bubble.html)[0]) <= SCREEN for bubble in bubbles(_reply(*[short] * 300), WORDING)
    )


def test_a_message_in_danger_comes_first_and_alone():
    danger = Message((Block("text", "Appelez le 17 ou le 112."),), urgent=True)
    first, second = bubbles(_reply(Message((Block("text", "Bien noté."),)), danger), WORDING)
    assert first.html == "Appelez le 17 ou le 112."
    assert second.html.startswith("Bien noté.")


def test_how_each_kind_of_block_looks():
    card = Message((
        Block("title", "RSA"), Block("text", "Moins de 651 € & rien d'autre"), Block("item", "25 ans ou plus", "yes"),
        Block("item", "Carte d'identité"), Block("note", "À vérifier"), Block("link", "Demander", href="https://caf.fr/?a&b"),
        Block("link", "03 86 00 00 00", href="tel:+33386000000"), Block("code", "K7M-4QX"),
    ))  # fmt: skip
    shown = bubbles(_reply(card), WORDING)[0].html
    assert shown == (
        "<b>RSA</b>\n\nMoins de 651 € &amp; rien d'autre\n\n✅ 25 ans ou plus\n• Carte d'identité\n\n"
        '<i>À vérifier</i>\n\n<a href="https://caf.fr/?a&amp;b">Demander</a>\n\n03 86 00 00 00\n\n'
        "<code>K7M-4QX</code>\n\nQuel âge avez-vous ?"
    )


def test_a_block_that_is_too_long_is_cut_at_a_sentence():
    text = "Une phrase assez courte. " * 400
    first, second, *_ = bubbles(_reply(Message((Block("text", text),))), WORDING)
    assert LIMIT - 100 < units(first.html) <= LIMIT
    assert first.html.endswith("courte.")
    assert second.html.startswith("Une phrase")


def test_ticked_boxes_show_their_state():
    prompt = Prompt(
        (Block("text", "Qu'est-ce qui est vrai ?"),), id="q", buttons=(Button("Enceinte", "a", ticked=True),)
    )
    (bubble,) = bubbles(dataclasses.replace(_reply(), prompt=prompt), WORDING)
    assert bubble.keyboard.inline_keyboard[0][0].text == "☑ Enceinte"


def _rows(*standing):
    shown = keyboard(Prompt((Block("text", "Q"),), id="q", standing=standing), WORDING)
    return [[button.text for button in row] for row in shown.inline_keyboard]


def test_buttons_share_a_row_only_while_a_phone_shows_their_words():
    """Five in a row were "Rien d…", "Je ne…", "Je pr…", "Pour…", "Ret…"."""
    none = Button("Rien de tout cela", "ok", main=True)
    words = ("Je ne sais pas", "Je préfère ne pas dire", "Pourquoi ?", "Retour")
    assert _rows(none, *(Button(label, label.lower()[:5]) for label in words)) == [
        ["Rien de tout cela"],
        ["Je ne sais pas"],
        ["Je préfère ne pas dire"],
        ["Pourquoi ?", "Retour"],
    ]
    assert _rows(Button("Je ne sais pas", "a"), Button("Pourquoi ?", "b"), Button("Retour", "c")) == [
        ["Je ne sais pas", "Pourquoi ?", "Retour"]
    ]


def test_the_name_of_an_item_is_bold():
    page = Reply(
        Prompt((Block("item", "A & B. Une aide.", "yes", name="A & B"), Block("item", "C.")), id="q")
    )
    [bubble] = bubbles(page, WORDING)
    assert "<b>A &amp; B</b>. Une aide." in bubble.html and "<b>C" not in bubble.html
