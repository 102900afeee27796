"""What passes between browser and server: headers, cookie, forms, sizes, errors. No browser here."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web import web_app
from bot.channels.web.forms import MOST_BYTES
from bot.channels.web.pages import bound, leads_somewhere_safe
from bot.channels.web.words import Words, direction
from bot.dialogue import Press, Text
from tests.web.conftest import ROOT
from tests.web.scripted import ICS, ScriptedTalks

HERE = "http://clairdroit.test"


class Page(HTMLParser):
    """What a form of the page would send, and the words on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.buttons: dict[str, str] = {}
        self.ticked: dict[str, bool] = {}
        self.words = ""
        self._action: str | None = None
        self._raw = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._raw = tag in {"style", "script"}
        if tag == "form":
            self.forms.append({})
        if tag == "input" and values["type"] == "hidden":
            self.forms[-1][values["name"]] = values["value"]
        if tag == "input" and values["type"] == "checkbox":
            self.ticked[values["value"]] = "checked" in values
        if tag == "button":
            self._action = values.get("value")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False
        if tag == "button":
            self._action = None

    def handle_data(self, data: str) -> None:
        if self._raw:
            return
        data = data.replace("\u00a0", " ")
        self.words = f"{self.words} {data.strip()}".strip()
        if self._action is not None and data.strip():
            self.buttons.setdefault(data.strip(), self._action)

    @property
    def hidden(self) -> dict[str, str]:
        return self.forms[-1]


class Visitor:
    """Somebody with scripts off, as far as HTTP goes."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.headers = {"Origin": HERE}

    async def look(self) -> Page:
        return Page((await self.client.get("/")).text)

    async def post(self, fields: dict[str, object], **headers: str) -> httpx.Response:
        return await self.client.post("/", data=fields, headers=self.headers | headers)

    async def press(self, label: str, **more: object) -> Page:
        page = await self.look()
        answer = await self.post(page.hidden | {"action": page.buttons[label]} | more)
        assert answer.status_code == 303
        return Page((await self.client.get(answer.headers["location"].partition("#")[0])).text)

    async def write(self, text: str) -> Page:
        page = await self.look()
        answer = await self.post(page.hidden | {"text": text})
        assert answer.status_code == 303
        return await self.look()


@pytest.fixture
async def visitor(talks: ScriptedTalks) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(web_app(talks, ROOT))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        yield Visitor(client)


def https(talks: ScriptedTalks) -> httpx.AsyncClient:
    address = HERE.replace("http:", "https:")
    return httpx.AsyncClient(transport=httpx.ASGITransport(web_app(talks, ROOT)), base_url=address)


# --- reading -----------------------------------------------------------------------------------------------


async def test_reading_the_first_page_leaves_nothing_behind(visitor: Visitor, talks: ScriptedTalks) -> None:
    answer = await visitor.client.get("/")
    assert "Qu'est-ce qui vous amène" in Page(answer.text).words
    assert "set-cookie" not in answer.headers
    assert talks.heard == [] and talks.people == {}


async def test_every_answer_keeps_out_of_caches_and_away_from_others(visitor: Visitor) -> None:
    for path in ("/", "/nowhere", "/erased", "/healthz"):
        headers = (await visitor.client.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "microphone=()" in headers["permissions-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_policy_lets_through_exactly_what_is_in_the_page(visitor: Visitor) -> None:
    answer = await visitor.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        written = re.findall(f"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        assert len(written) == 1
        digest = base64.b64encode(hashlib.sha256(written[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)


async def test_the_page_is_one_request_and_small(visitor: Visitor) -> None:
    answer = await visitor.client.get("/", headers={"Accept-Encoding": "identity"})
    assert len(answer.content) <= 25_000
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', answer.text)
    assert all(address.startswith("data:") for address in loaded)


async def test_what_came_from_outside_is_text_and_only_safe_links_are_links(visitor: Visitor) -> None:
    assert not leads_somewhere_safe("javascript:alert(1)")
    assert not leads_somewhere_safe("http://example.org")
    assert leads_somewhere_safe("tel:115")
    for label in ("Mes ressources", "Non", "Continuer", "Moins de 651 €"):
        await visitor.press(label)
    await visitor.write("Joigny")
    html = (await visitor.client.get("/")).text
    assert "javascript:" not in html and "Ne s&#39;ouvre pas" in html
    assert 'href="tel:+33199001234"' in html


async def test_the_name_of_an_item_is_set_off(visitor: Visitor) -> None:
    for label in ("Mes ressources", "Non", "Continuer", "Moins de 651 €"):
        await visitor.press(label)
    await visitor.write("Joigny")
    html = (await visitor.client.get("/")).text
    assert "<b>Une pièce d&#39;identité</b>. Celle que vous avez." in html


def test_no_line_breaks_before_a_french_colon_or_inside_quotes() -> None:
    assert bound("Horaires : « le matin » ?") == "Horaires\u00a0: «\u00a0le matin\u00a0»\u00a0?"


async def test_only_french_is_set_like_french(visitor: Visitor) -> None:
    raw = (await visitor.client.get("/")).text
    assert "Qu&#39;est-ce qui vous amène\u00a0?" in raw
    await visitor.press("Mes ressources")
    await visitor.press("العربية")
    html = (await visitor.client.get("/")).text
    assert "Vivez-vous en couple ?" in html
    assert "Ce qui vous amène: <bdi>" in html


async def test_a_mark_is_said_in_words_too(visitor: Visitor) -> None:
    for label in ("Mes ressources", "Non", "Continuer", "Moins de 651 €"):
        await visitor.press(label)
    page = await visitor.write("Joigny")
    assert "✓ Oui : Avoir 25 ans" in page.words
    assert "✗ Non : Ne pas être étudiant" in page.words
    assert "? À vérifier : Avoir moins de 978" in page.words


@pytest.mark.parametrize(
    ("language", "written"), [("fr", "ltr"), ("ar", "rtl"), ("uk", "ltr"), ("x-none", "ltr")]
)
def test_the_direction_follows_the_language(language: str, written: str) -> None:
    assert direction(language) == written


def test_every_word_that_the_page_uses_is_there_and_none_is_idle() -> None:
    templates = "".join(path.read_text() for path in (ROOT / "bot/channels/web/templates").glob("*.html"))
    used = set(re.findall(r"\bw\.(\w+)", templates))
    families = ("write_", "marks_", "error_")
    french = {name for name in Words.read(ROOT).french if not name.startswith(families)}
    assert used - {"error_title"} == french


async def test_the_pages_own_words_follow_the_language_and_stay_french_where_untranslated(
    talks: ScriptedTalks, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    catalogue = tmp_path / "locales" / "ar" / "LC_MESSAGES" / "clairdroit.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "Envoyer"\nmsgstr "إرسال"\n'
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web_app(talks, tmp_path)), base_url=HERE
    ) as client:
        page = await Visitor(client).press("العربية")
        assert "إرسال" in page.words and "Envoyer" not in page.words and "Menu" in page.words


# --- the session ------------------------------------------------------------------------------------------


async def test_the_first_answer_brings_a_cookie_that_only_the_server_reads(visitor: Visitor) -> None:
    page = await visitor.look()
    answer = await visitor.post(page.hidden | {"action": "income"})
    cookie = answer.headers["set-cookie"]
    value = cookie.partition("=")[2].partition(";")[0]
    assert len(base64.urlsafe_b64decode(value)) * 8 >= 128
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert "Max-Age" not in cookie and "expires" not in cookie.lower() and "Secure" not in cookie


async def test_over_https_the_cookie_never_travels_in_clear(talks: ScriptedTalks) -> None:
    async with https(talks) as client:
        first = await client.get("/")
        answer = await client.post(
            "/",
            data=Page(first.text).hidden | {"action": "income"},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.headers["set-cookie"].startswith("__Host-clairdroit=")
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"]
        assert "Vivez-vous en couple" in Page((await client.get("/")).text).words


async def test_a_made_up_cookie_is_nobody(visitor: Visitor, talks: ScriptedTalks) -> None:
    visitor.client.cookies.set("clairdroit", "../../etc")
    await visitor.press("Mes ressources")
    (person, _), *_ = talks.heard
    assert "etc" not in person and len(person) == 24


async def test_two_people_do_not_meet(visitor: Visitor, talks: ScriptedTalks) -> None:
    await visitor.press("Mes ressources")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web_app(talks, ROOT)), base_url=HERE) as other:
        assert "Vivez-vous" not in Page((await other.get("/")).text).words


# --- forms ------------------------------------------------------------------------------------------------


async def test_a_press_travels_with_its_prompt(visitor: Visitor, talks: ScriptedTalks) -> None:
    page = await visitor.press("Mes ressources")
    assert "Vivez-vous en couple" in page.words
    assert "Ce qui vous amène : Mes ressources modifier" in page.words
    assert talks.heard[-1][1] == Press("hello", "income")


async def test_boxes_are_pressed_where_they_changed_and_then_the_button(
    visitor: Visitor, talks: ScriptedTalks
) -> None:
    for label in ("Mes ressources", "Non"):
        page = await visitor.press(label)
    assert page.ticked == {"pregnant": False, "disabled": False, "children": True}
    await visitor.press("Continuer", tick=["pregnant"])
    assert [incoming for _, incoming in talks.heard[-3:]] == [
        Press("several", "pregnant"),
        Press("several", "children"),
        Press("several", "done"),
    ]


async def test_boxes_of_an_old_page_change_nothing(visitor: Visitor, talks: ScriptedTalks) -> None:
    for label in ("Mes ressources", "Non"):
        page = await visitor.press(label)
    await visitor.press("Continuer")
    await visitor.post(page.hidden | {"action": "done", "tick": ["pregnant"], "once": "another"})
    assert "Ce bouton est ancien" in (await visitor.look()).words
    assert Press("several", "pregnant") not in [incoming for _, incoming in talks.heard]


async def test_the_same_form_sent_twice_is_one_message(visitor: Visitor, talks: ScriptedTalks) -> None:
    for label in ("Mes ressources", "Non", "Continuer"):
        await visitor.press(label)
    page = await visitor.look()
    for _ in range(2):
        await visitor.post(page.hidden | {"text": "800"})
    assert talks.heard[-1][1] == Text("800")
    assert [incoming for _, incoming in talks.heard].count(Text("800")) == 1
    assert "Vous avez probablement droit" not in (await visitor.look()).words


async def test_what_was_written_is_nowhere_on_the_page(visitor: Visitor) -> None:
    page = await visitor.write("canari <script>alert(1)</script>")
    assert "canari" not in page.words
    assert "canari" not in (await visitor.client.get("/")).text


async def test_ten_thousand_characters_of_any_script_are_the_conversations_to_answer(
    visitor: Visitor,
) -> None:
    page = await visitor.write("😢" * 10_000)
    assert "couple" in page.words
    assert "C'est trop long" in (await visitor.write("x" * 10_001)).words


async def test_more_than_a_message_is_refused_in_plain_words(visitor: Visitor, talks: ScriptedTalks) -> None:
    answer = await visitor.post({"text": "x" * MOST_BYTES})
    assert answer.status_code == 413
    assert "Ce message est trop long" in Page(answer.text).words
    assert 'href="/#last"' in answer.text
    assert talks.heard == []


FIELDS = st.sampled_from(["token", "once", "prompt", "action", "tick", "text", "x"])


@given(
    body=st.binary(max_size=300)
    | st.dictionaries(FIELDS, st.text()).map(lambda form: urlencode(form).encode())
)
async def test_no_body_whatever_makes_a_failure(body: bytes) -> None:
    transport = httpx.ASGITransport(web_app(ScriptedTalks(), ROOT))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        answer = await client.post("/", content=body, headers={"Origin": HERE})
        assert answer.status_code in {303, 400}


# --- forged forms -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": f"{HERE}.evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
        {},
    ],
)
async def test_a_form_of_another_site_is_not_read(
    headers: dict[str, str], visitor: Visitor, talks: ScriptedTalks
) -> None:
    await visitor.press("Mes ressources")
    page, heard = await visitor.look(), list(talks.heard)
    answer = await visitor.client.post("/", data=page.hidden | {"action": "yes"}, headers=headers)
    assert answer.status_code == 403
    assert "ne vient pas de notre page" in Page(answer.text).words
    assert talks.heard == heard


async def test_a_form_without_this_sessions_token_changes_nothing(
    visitor: Visitor, talks: ScriptedTalks
) -> None:
    await visitor.press("Mes ressources")
    page, heard = await visitor.look(), list(talks.heard)
    for token in ("", "0" * 32, "é"):
        answer = await visitor.post(page.hidden | {"action": "yes", "token": token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/#last")
        part = await visitor.post(page.hidden | {"action": "yes", "token": token}, **{"X-Part": "1"})
        assert "Vivez-vous en couple" in part.text
    assert talks.heard == heard


# --- files, erasing, errors -------------------------------------------------------------------------------


async def test_the_appointment_comes_as_a_file(visitor: Visitor) -> None:
    for label in ("Mes ressources", "Non", "Continuer", "Moins de 651 €"):
        await visitor.press(label)
    await visitor.write("Joigny")
    await visitor.press("Mardi 24 novembre, 10 h")
    html = (await visitor.client.get("/")).text
    address = re.findall(r'href="(/file/[^"]*)"', html)
    answer = await visitor.client.get(address[0])
    assert answer.content == ICS.content
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "rendez-vous.ics" in answer.headers["content-disposition"]
    assert (await visitor.client.get("/file/7/x.ics")).status_code == 404


async def test_erasing_drops_the_cookie_and_empties_the_cache(visitor: Visitor, talks: ScriptedTalks) -> None:
    await visitor.press("Mes ressources")
    page = await visitor.look()
    answer = await visitor.post(page.hidden | {"action": "erase"})
    assert answer.headers["location"] == "/erased"
    assert 'clairdroit=""' in answer.headers["set-cookie"] and "Max-Age=0" in answer.headers["set-cookie"]
    assert (
        '"cache"' in answer.headers["clear-site-data"] and "cookies" not in answer.headers["clear-site-data"]
    )
    assert talks.people == {} and not visitor.client.cookies
    assert "Tout est effacé" in Page((await visitor.client.get("/erased")).text).words
    assert "Qu'est-ce qui vous amène" in (await visitor.look()).words


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/", 405), ("GET", "/file/0/a", 404)]
)
async def test_an_error_is_said_in_plain_words_with_a_way_on(
    method: str, path: str, status: int, visitor: Visitor
) -> None:
    answer = await visitor.client.request(method, path)
    assert answer.status_code == status
    assert "Revenir à la conversation" in Page(answer.text).words


async def test_a_failure_is_said_in_plain_words_and_shows_nothing_of_itself(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await visitor.post({"text": "panne"})
    assert answer.status_code == 500
    assert "Une panne est survenue" in Page(answer.text).words
    assert "broken on purpose" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "RuntimeError at" in caplog.text and "broken on purpose" not in caplog.text


async def test_health(visitor: Visitor) -> None:
    answer = await visitor.client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
