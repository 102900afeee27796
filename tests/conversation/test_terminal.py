"""The terminal: letters, labels, words; scripts; nothing but the reply on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.channels.terminal import Terminal, _played, meant, run
from bot.conversation import events
from bot.conversation.messages import Block, Button, Message, Prompt, Reply
from bot.conversation.world import World
from bot.dialogue import Incoming, Person, Press, Text
from tests.conversation.vocabulary import Chat, plain

PROMPT = Prompt(
    (Block("text", "Combien ?"),), id="p",
    buttons=(Button("Pourquoi ?", "do:why"), Button("651 € ou moins", "a:0")),
    standing=(Button("Retour", "do:back"),), menu=(Button("Tout effacer", "do:erase"),), wants="number",
)  # fmt: skip


@dataclass
class Chatting:
    """`Talks` around one `Chat`."""

    chat: Chat
    heard: list[Incoming] = field(default_factory=list)

    async def turn(self, person: Person, incoming: Incoming, *, delivery: str = "") -> Reply:
        self.heard.append(incoming)
        if isinstance(incoming, Press):
            self.chat.happens(events.Pressed(incoming.prompt, incoming.action))
        elif isinstance(incoming, Text):
            self.chat.say(incoming.text)
        return self.chat.reply

    async def show(self, person: Person) -> Reply:
        return self.chat.reply

    async def forget(self, person: Person) -> None:
        raise NotImplementedError


async def typed(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


def test_a_line_is_a_letter_a_label_or_words() -> None:
    assert meant("b", PROMPT) == Press("p", "a:0")
    assert meant(" D ", PROMPT) == Press("p", "do:erase")
    assert meant("651 € ou moins", PROMPT) == Press("p", "a:0")
    assert meant("pourquoi", PROMPT) == Press("p", "do:why")
    assert meant("tout EFFACER", PROMPT) == Press("p", "do:erase")
    for words in ("z", "", "  ", "800", "1", "beaucoup", "?"):
        assert meant(words, PROMPT) == Text(words)


def test_a_figure_names_a_button_only_where_no_number_is_asked() -> None:
    words = Prompt(PROMPT.blocks, id="p", buttons=PROMPT.buttons)
    assert meant("2", words) == Press("p", "a:0")
    assert meant("3", words) == Text("3")
    assert meant("0", words) == Text("0")
    assert meant("²", words) == Text("²")


async def test_a_whole_prompt_on_the_screen(world: World) -> None:
    shown: list[str] = []
    terminal = Terminal(Chatting(Chat(world)), world.phrases, shown.append)
    await terminal.converse(typed("Commencer", "n'importe quoi"), "fr", echo=True)
    assert "  a) Commencer\n  b) Parler à une personne\n" in shown[0]
    assert shown[1] == "\n> Commencer\n"
    assert "Je n'ai pas reconnu le sujet" in shown[4]


async def test_an_urgent_answer_stands_out(world: World) -> None:
    chat = Chat(world)
    chat.happens(events.InDanger("crisis_violence"))
    assert chat.text.startswith("!")


async def test_another_language_from_the_start(world: World) -> None:
    shown: list[str] = []
    talks = Chatting(Chat(world))
    await Terminal(talks, world.phrases, shown.append).converse(typed(), "en", echo=False)
    assert "Hello" in shown[0]


async def test_a_script_is_played_line_by_line(world: World, capsys) -> None:
    talks = Chatting(Chat(world))
    await run(talks, world.phrases, script=["# a comment", "", "Commencer  ", "   ", "Logement et loyer"])
    assert len(talks.heard) == 2
    shown = plain(capsys.readouterr().out)
    assert "> Commencer\n" in shown and "> Logement et loyer\n" in shown and "comment" not in shown


async def test_comments_and_empty_lines_are_passed_over() -> None:
    assert [line async for line in _played(["#x", "a ", "", " # y", "b"])] == ["a", "b"]


async def test_what_is_typed_ends_with_the_input(world: World, monkeypatch, capsys) -> None:
    import io  # noqa: PLC0415

    monkeypatch.setattr("sys.stdin", io.StringIO("Commencer\na\n"))
    talks = Chatting(Chat(world))
    await run(talks, world.phrases)
    assert len(talks.heard) == 2
    assert capsys.readouterr().out.endswith("À bientôt.\n")


def test_messages_are_told_apart(world: World) -> None:
    from bot.channels.terminal import rendered  # noqa: PLC0415

    ticked = (Button("un", "x:0", True), Button("deux", "x:1", False))
    reply = Reply(
        Prompt((Block("title", "T"), Block("item", "oui", "yes"), Block("code", "K7"),
                Block("link", "Voir", href="https://a.fr")), id="p", buttons=ticked),
        notices=(Message((Block("text", "avant"),)),),
    )  # fmt: skip
    assert rendered(reply, world.phrases["fr"]) == (
        "avant\n\nT\n─\n  ✓ oui\n    K7\nVoir\n  https://a.fr\n\n  a) [x] un\n  b) [ ] deux\n"
    )
