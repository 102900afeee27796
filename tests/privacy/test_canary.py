"""A canary written into every kind of message is found nowhere afterwards."""

import base64
import logging
from contextlib import ExitStack

import httpx
import pytest

from bot.app import build, web
from bot.demo.radicale import radicale
from bot.dialogue import Person
from bot.settings import Settings, new_key
from tests.talking import NOW, Talker
from tests.test_app import make_calendars

CANARY = "Canaribleu"
IDS = ("person-4815162342", "telegram-9876543210")


@pytest.fixture
def everything(tmp_path):
    """All that the program writes: database, logs at DEBUG, calendars."""
    log = logging.FileHandler(tmp_path / "log.txt")
    log.setFormatter(logging.Formatter("%(asctime)s %(name)s %(pathname)s %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    yield tmp_path
    root.removeHandler(log)
    root.setLevel(before)
    log.close()


def traces(folder, word):
    """The files in which a word stands, in any usual writing."""
    spelled = {word, word.lower(), word.upper(), word.casefold()}
    writings = {
        form
        for each in spelled
        for form in (each.encode(), each.encode("utf-16-le"), each.encode().hex().encode())
    }
    writings |= {base64.b64encode(b" " * pad + word.encode())[4:-4] for pad in range(3)}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files if any(form in path.read_bytes() for form in writings)]


async def say_it_everywhere(zoe):
    """The word in every place where something can be written, on the way to an appointment."""
    await zoe.write(f"bonjour je suis {CANARY}")
    await zoe.press("Commencer")
    await zoe.write(CANARY)
    await zoe.press("Pas assez d'argent")
    for text in (
        CANARY,
        f"800 {CANARY}",
        f"{CANARY} me frappe",
        "x" * 10_000 + CANARY,
        f"\x00\x01{CANARY}\ud83d",
    ):
        await zoe.write(text)
    await zoe.press("Parler à une personne")
    await zoe.write(f"{CANARY}ville")
    await zoe.write("joigny")
    await zoe.write(f"le matin {CANARY}")
    await zoe.press(zoe.seen.prompt.buttons[0].label)
    assert zoe.seen.files, "the walk must have come to an appointment"
    await zoe.write(f"merci {CANARY}")


async def break_it(app, zoe, monkeypatch):
    """Exceptions that quote what was written, on the way in and deep inside."""

    def quoting(text, *_):
        raise ValueError(text)

    with monkeypatch.context() as patch:
        patch.setattr(app.knowledge, "read", quoting)
        await zoe.write(f"encore {CANARY}")
    with monkeypatch.context() as patch:
        patch.setattr("bot.turns.step", lambda *_: quoting(CANARY))
        await zoe.write("encore")


async def test_a_word_written_into_messages_is_found_nowhere(everything, monkeypatch):
    folder = everything
    with ExitStack() as stack:
        calendars = stack.enter_context(radicale(folder / "radicale"))
        settings = Settings.from_environment(
            {
                "CLAIRDROIT_KEY": new_key(),
                "CLAIRDROIT_HOME": str(folder / "home"),
                "CLAIRDROIT_CALENDARS": f"{calendars}partners/",
            }
        )
        async with build(settings, lambda: NOW) as app:
            await make_calendars(app)
            zoe = Talker(app.dialogue, Person("terminal", IDS[0]))
            await say_it_everywhere(zoe)
            await break_it(app, zoe, monkeypatch)
            await Talker(app.dialogue, Person("telegram", IDS[1])).write(CANARY)
            await post_it(app)
            logging.getLogger("tests").info("a line that is there")
            for word in (CANARY, *IDS):
                assert traces(folder, word) == [], "while it runs, the write-ahead log included"
            await app.retention.purge()
    assert traces(folder, "a line that is there") == [str(folder / "log.txt")], "the test can see"
    assert len(traces(folder, "Rendez-vous")) >= 1
    for word in (CANARY, *IDS):
        assert traces(folder, word) == []


async def post_it(app):
    """By the web, as a form and as what is none."""
    transport = httpx.ASGITransport(web(app))
    headers = {"Origin": "http://clairdroit.example", "Content-Type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://clairdroit.example", headers=headers
    ) as browser:
        for body in (
            f"text={CANARY}",
            f"once={CANARY}&prompt={CANARY}&action={CANARY}",
            CANARY,
            f"é{CANARY}",
            "x=" * 99,
        ):
            await browser.post("/", content=body.encode())
        await browser.get(f"/{CANARY}")
        assert (await browser.get("/")).status_code == 200


async def test_erased_means_gone_from_the_files_too(tmp_path):
    settings = Settings.from_environment(
        {"CLAIRDROIT_KEY": new_key(), "CLAIRDROIT_HOME": str(tmp_path / "home")}
    )
    async with build(settings) as app:
        zoe = Talker(app.dialogue, Person("web", IDS[0]))
        await zoe.press("Commencer")
        memories = app.dialogue.memories
        name = memories.pseudonyms.of("web", IDS[0])
        kept = await memories.store.look(name)
        sealed = kept.sealed[:24]
        assert any(sealed in path.read_bytes() for path in (tmp_path / "home").iterdir())
        await zoe.press("effacer")
        await zoe.press("Oui")
        for path in (tmp_path / "home").iterdir():
            assert sealed not in path.read_bytes()
            assert name.encode() not in path.read_bytes()
