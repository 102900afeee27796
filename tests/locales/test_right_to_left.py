"""Arabic on a phone, in a real Chromium of 360 by 740: the page is turned round, figures and names are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from bot.channels.web import web_app
from bot.conversation import events
from bot.conversation.messages import Reply
from bot.conversation.scene import Scene
from bot.dialogue import Incoming, Person, Press
from tests.conversation.conftest import ROOT, world  # noqa: F401 - a fixture
from tests.conversation.vocabulary import Chat
from tests.web.conftest import browser, serving  # noqa: F401 - a fixture
from tests.web.phone import PICTURES
from tests.web.scripted import ScriptedTalks

pytestmark = [pytest.mark.browser]

# Where a piece of text stands: the left edges of its parts, in the element that holds all of them.
_EDGES = """
const parts = arguments[0];
const walk = document.createTreeWalker(document.getElementById("now"), NodeFilter.SHOW_TEXT);
for (let node; (node = walk.nextNode());) {
  const text = node.textContent.replace(/\\u00a0|\\u202f/g, " ");
  if (!text.includes(parts.join(arguments[1]))) continue;
  let from = text.indexOf(parts.join(arguments[1]));
  return parts.map(part => {
    const range = document.createRange();
    from = text.indexOf(part, from);
    range.setStart(node, from);
    range.setEnd(node, from + part.length);
    return Math.round(range.getBoundingClientRect().left);
  });
}
return null;
"""


class Real(ScriptedTalks):
    """The real conversation, with a calendar in a list."""

    def __init__(self, chat: Chat) -> None:
        super().__init__()
        self.chat = chat

    async def show(self, person: Person) -> Reply:
        return self.chat.reply

    async def turn(self, person: Person, incoming: Incoming, **_: object) -> Reply:
        match incoming:
            case Press(prompt, action):
                self.chat.happens(events.Pressed(prompt, action))
            case _:
                self.chat.say(incoming.text)
        return self.chat.reply


@pytest.fixture
def arabic(world) -> Iterator[tuple[Chat, str]]:  # noqa: F811
    chat = Chat(world)
    chat.happens(events.Pressed(chat.reply.prompt.id, "lang:ar"))
    with serving(web_app(Real(chat), ROOT)) as address:
        yield chat, address


def edges(driver: Chrome, *parts: str, between: str = " ") -> list[int]:
    found = driver.execute_script(_EDGES, list(parts), between)
    assert found, f"{between.join(parts)!r} is not on the page: {driver.find_element('id', 'now').text}"
    return found


def show(driver: Chrome, address: str, name: str) -> None:
    driver.get(address)
    PICTURES.mkdir(exist_ok=True)
    driver.save_screenshot(str(PICTURES / f"arabic-{name}.png"))


@pytest.mark.slow
def test_arabic_on_a_phone(browser: Chrome, arabic: tuple[Chat, str]) -> None:  # noqa: F811
    chat, address = arabic
    show(browser, address, "greeting")
    assert (
        browser.execute_script("return getComputedStyle(document.getElementById('now')).direction") == "rtl"
    )
    assert browser.find_element("css selector", "[dir=rtl]").get_attribute("lang") == "ar"
    chat.happens(events.Pressed(chat.reply.prompt.id, "go"))
    chat.happens(events.Asked("human"))
    chat.say("Joigny 89300")
    show(browser, address, "office")
    shown = chat.reply.prompt
    phone = next(block.text for block in shown.blocks if block.href and block.href.startswith("tel:"))
    groups = [part for part in phone.strip("\u2068\u2069").split() if part.isdigit()]
    assert len(groups) >= 4
    assert edges(browser, *groups) == sorted(edges(browser, *groups)), "the number is dialled from the left"
    number, street = _address(chat)
    assert edges(browser, number, street) == sorted(edges(browser, number, street)), (
        "the number before its street"
    )
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= 360, f"the page is {wide} pixels wide"


def _address(chat: Chat) -> tuple[str, str]:
    """What stands before a number in the address of the office at hand, and the number."""
    office = Scene(chat.state, chat.world).office
    assert office
    found = re.search(r"(n°) (\d+)", office.address)
    assert found, office.address
    return found[1], found[2]


@pytest.mark.slow
def test_an_amount_in_arabic_stands_as_cldr_writes_it(browser: Chrome, arabic: tuple[Chat, str]) -> None:  # noqa: F811
    """The number first in reading order: on the right, its sign on the left."""
    chat, address = arabic
    chat.happens(events.Pressed(chat.reply.prompt.id, "go"))
    chat.happens(events.Topics(("income",)))
    for _ in range(20):
        label = next((each.label for each in chat.reply.prompt.buttons if "€" in each.label), None)
        if label:
            break
        chat.happens(events.Pressed(chat.reply.prompt.id, _next(chat)))
    assert label
    show(browser, address, "amounts")
    amount = next(
        part for part in label.replace("\u00a0", " ").replace("\u200f", "").split() if part[0].isdigit()
    )
    number, sign = edges(browser, amount, "€")
    assert sign < number


def _next(chat: Chat) -> str:
    actions = [each.action for each in chat.every_button]
    return "ok" if "ok" in actions else next((a for a in actions if a.startswith("a:")), "do:dont_know")
