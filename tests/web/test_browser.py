"""What a person sees and does on a phone, in a real Chromium of 360 by 740."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.channels.web import web_app
from bot.dialogue import Press, Text
from tests.web.conftest import ROOT, serving
from tests.web.phone import Phone, wait
from tests.web.scripted import ScriptedTalks

pytestmark = [pytest.mark.browser]

Act = Callable[[Phone], None]
WALK: tuple[Act, ...] = (
    lambda phone: phone.press("Mes ressources"),
    lambda phone: phone.press("Non"),
    lambda phone: phone.tap("J'attends un enfant"),
    lambda phone: phone.press("Continuer"),
    lambda phone: phone.write("il me frappe"),
    lambda phone: phone.write("800"),
    lambda phone: phone.write("Joigny"),
    lambda phone: phone.press("Mardi 24 novembre, 10 h"),
)


@contextmanager
def emulated(driver: Chrome, **features: str) -> Iterator[None]:
    """A preference of the person's, such as ``prefers_color_scheme="dark"``."""
    wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wanted})
    yield
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@contextmanager
def zoomed(driver: Chrome, percent: int) -> Iterator[None]:
    """A phone of 360 by 740 whose owner zooms the text: that many fewer CSS pixels."""
    small = {
        "width": 36000 // percent,
        "height": 74000 // percent,
        "deviceScaleFactor": percent / 50,
        "mobile": True,
    }
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", small)
    yield
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def walk(phone: Phone, each: Act = lambda _: None) -> None:
    each(phone)
    for act in WALK:
        act(phone)
        each(phone)


def test_the_whole_walk_with_scripts_needs_no_second_page(
    browser: Chrome, site: str, talks: ScriptedTalks
) -> None:
    phone = Phone(browser, site)
    browser.execute_script("window.same = true")
    walk(phone)
    assert "Votre rendez-vous est pris" in phone.newest and "K7M4P" in phone.newest
    assert browser.execute_script("return window.same")
    assert [incoming for _, incoming in talks.heard][-3:] == [
        Text("800"),
        Text("Joigny"),
        Press("results", "slot2"),
    ]
    assert browser.get_log("browser") == []  # a refusal by the security policy would stand here


def test_the_whole_walk_with_scripts_off(plain_browser: Chrome, site: str, talks: ScriptedTalks) -> None:
    phone = Phone(plain_browser, site)
    walk(phone)
    assert "Votre rendez-vous est pris" in phone.newest and "K7M4P" in phone.newest
    assert "Imprimer" not in phone.words
    assert len({person for person, _ in talks.heard}) == 1


def test_with_scripts_off_the_page_opens_at_the_newest_message(plain_browser: Chrome, site: str) -> None:
    phone = Phone(plain_browser, site)
    walk(phone)
    assert plain_browser.current_url.endswith("/#last")
    plain_browser.refresh()
    assert "K7M4P" in phone.newest
    top = plain_browser.find_element(By.ID, "now").rect["y"]
    page = plain_browser.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssLayoutViewport"]["pageY"]
    assert 0 <= top - page < 300


def test_everything_fits_a_small_screen(browser: Chrome, site: str) -> None:
    walk(Phone(browser, site), Phone.assert_fits)


def test_everything_fits_at_twice_the_size(browser: Chrome, site: str) -> None:
    with zoomed(browser, 200):
        walk(Phone(browser, site), Phone.assert_fits)


def test_everything_fits_with_text_twice_as_large(browser: Chrome, site: str) -> None:
    walk(Phone(browser, site), Phone.assert_fits_with_large_text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_and_is_named(scheme: str, browser: Chrome, site: str) -> None:
    with emulated(browser, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"):
        walk(Phone(browser, site), Phone.assert_accessible)


def test_right_to_left(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    phone.tap("Menu")
    phone.press("العربية")
    assert browser.execute_script("return [document.documentElement.dir, document.documentElement.lang]") == [
        "rtl",
        "ar",
    ]
    name, hide = (browser.find_element(By.CLASS_NAME, each).rect["x"] for each in ("name", "hide"))
    assert hide < name
    for act in (*WALK[:3], lambda phone: phone.press("متابعة"), *WALK[4:]):
        act(phone)
        phone.assert_fits()


def test_the_newest_message_gets_the_focus_and_is_in_sight(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    walk(phone, lambda _: None)
    assert browser.execute_script("return document.activeElement.id") == "now"
    top = browser.execute_script("return document.getElementById('now').getBoundingClientRect().top")
    assert 0 <= top < 300
    answer = browser.find_element(By.CSS_SELECTOR, "#last .given")
    assert browser.execute_script("return arguments[0].getBoundingClientRect().bottom", answer) > 60


def test_a_long_wait_is_announced(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    browser.execute_script(
        "const fetched = window.fetch; window.fetch = (...all) => new Promise(r => setTimeout(r, 1500)).then(() => fetched(...all))"
    )
    phone.tap("Mes ressources")
    status = browser.find_element(By.ID, "status")
    assert status.get_attribute("role") == "status"
    wait(lambda: status.text == "Un instant…", "the announcement")
    phone.see("Vivez-vous en couple")
    assert status.text == ""


def test_pressing_twice_is_pressing_once(browser: Chrome, site: str, talks: ScriptedTalks) -> None:
    phone = Phone(browser, site)
    browser.execute_script("const b = document.querySelector('.choice'); b.click(); b.click()")
    phone.see("Vivez-vous en couple")
    assert len(talks.heard) == 1


def test_without_a_connection_nothing_written_is_lost(browser: Chrome, talks: ScriptedTalks) -> None:
    with serving(web_app(talks, ROOT)) as site:
        phone = Phone(browser, site)
    line = browser.find_element(By.ID, "text")
    line.send_keys("mon loyer", Keys.ENTER)
    phone.see("Pas de réponse. Rien n'est perdu.")
    assert line.get_attribute("value") == "mon loyer"
    assert phone.find("Mes ressources").is_enabled()
    browser.get_log("browser")


def test_keyboard_alone(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)

    def reach(words: str) -> None:
        for _ in range(40):
            browser.switch_to.active_element.send_keys(Keys.TAB)
            here = browser.switch_to.active_element
            if words in (here.text or here.get_attribute("value") or here.accessible_name):
                return
        raise AssertionError(f"no way to {words!r} by keyboard")

    reach("Aller à la question")
    assert browser.switch_to.active_element.rect["y"] >= 0  # the way past the header shows itself
    reach("Mes ressources")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    phone.see("Vivez-vous en couple")
    reach("Non")
    browser.switch_to.active_element.send_keys(Keys.SPACE)
    phone.see("Qu'est-ce qui est vrai")
    reach("J'attends un enfant")
    browser.switch_to.active_element.send_keys(Keys.SPACE)
    reach("Continuer")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    phone.see("Quelles sont les ressources")
    reach("Menu")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    reach("Recommencer")
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    phone.see("Qu'est-ce qui vous amène")


def test_the_keyboard_goes_through_the_page_in_the_order_it_is_read(browser: Chrome, site: str) -> None:
    """Question, its answers, what else there is, the menu; the answers given come before, each in one stop."""
    phone = Phone(browser, site)
    for act in WALK[:4]:
        act(phone)
    stops = []
    for _ in range(20):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        here = browser.switch_to.active_element
        stops.append(" ".join((here.text or here.get_attribute("id")).split()))
        if stops[-1] == "Menu":
            break
    assert stops == [
        "Moins de 651 €", "De 651 € à 978 €", "Plus de 978 €", "text", "Envoyer",
        "Je ne sais pas", "Pourquoi cette question ?", "Retour", "Menu",
    ]  # fmt: skip


def test_a_screen_reader_is_led_to_what_is_new(browser: Chrome, site: str) -> None:
    """After a turn the focus is on the newest part, which has a name; what waits is said by a live region."""
    phone = Phone(browser, site)
    phone.press("Mes ressources")
    now = browser.switch_to.active_element
    assert (now.aria_role, now.accessible_name) == ("region", "Dernier message")
    status = browser.find_element(By.ID, "status")
    assert status.get_attribute("role") == "status" and status.get_attribute("aria-live") in (None, "polite")
    phone.write("il me frappe")
    assert browser.find_element(By.CSS_SELECTOR, "#now [role=alert]").text.startswith("Vous êtes en danger")


def test_enter_in_a_box_confirms_and_corrects_nothing(
    browser: Chrome, site: str, talks: ScriptedTalks
) -> None:
    phone = Phone(browser, site)
    for act in WALK[:2]:
        act(phone)
    browser.find_element(By.CSS_SELECTOR, "input[value=pregnant]").send_keys(Keys.SPACE, Keys.ENTER)
    phone.see("Quelles sont les ressources")
    assert talks.heard[-1][1] == Press("several", "done")


def test_an_answer_can_be_corrected_where_it_stands(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    for act in WALK[:2]:
        act(phone)
    phone.press("En couple : Non modifier")
    assert "Vivez-vous en couple" in phone.newest


@pytest.mark.parametrize("which", ["browser", "plain_browser"])
def test_the_last_answers_stand_in_one_line_and_the_others_are_folded(
    which: str, site: str, request: pytest.FixtureRequest
) -> None:
    driver: Chrome = request.getfixturevalue(which)
    phone = Phone(driver, site)
    for act in WALK[:4]:
        act(phone)
    trail = driver.find_element(By.CSS_SELECTOR, ".trail")
    assert trail.rect["height"] < 120, "what was answered does not push the question away"
    assert "En couple" not in trail.text
    folded = driver.find_elements(By.CSS_SELECTOR, ".trail summary")
    assert folded[0].text == "Vos réponses (2)"
    assert folded[1].text.startswith("J'attends un enfant : Oui"), "what is true stands before what is not"
    phone.tap("Vos réponses (2)")
    phone.press("En couple : Non modifier")
    assert "Vivez-vous en couple" in phone.newest


def test_answers_of_one_message_unfold_to_be_corrected(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    for act in WALK[:4]:
        act(phone)
    browser.find_elements(By.CSS_SELECTOR, ".trail summary")[1].click()
    phone.assert_fits()
    phone.assert_accessible()
    phone.press("Je suis reconnu handicapé : Non modifier")
    assert "Qu'est-ce qui est vrai" in phone.newest


def test_what_most_people_do_next_stands_out(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    for act in WALK[:-1]:
        act(phone)
    first, second, *_ = browser.find_elements(By.CSS_SELECTOR, "#now .choice")
    assert first.value_of_css_property("background-color") == second.value_of_css_property("color")
    assert first.rect["width"] > 300


def test_the_right_keyboard_for_a_number_and_no_memory_of_what_was_typed(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    for act in WALK[:4]:
        act(phone)
    line = browser.find_element(By.ID, "text")
    assert line.get_attribute("inputmode") == "decimal"
    assert line.get_attribute("autocomplete") == "off"


def test_danger_is_answered_where_it_cannot_be_missed(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    phone.write("il me frappe")
    urgent = browser.find_element(By.CSS_SELECTOR, "[role=alert]")
    call = urgent.find_element(By.LINK_TEXT, "Appeler le 3919")
    assert call.get_attribute("href") == "tel:3919"
    assert urgent.rect["y"] < browser.find_element(By.CSS_SELECTOR, ".bubble:not(.urgent)").rect["y"]
    assert "Qu'est-ce qui vous amène" in phone.newest


def test_danger_is_in_sight_at_once(browser: Chrome, plain_browser: Chrome, site: str) -> None:
    for driver in (browser, plain_browser):
        phone = Phone(driver, site)
        for act in WALK[:4]:
            act(phone)
        phone.write("il me frappe")
        top = driver.execute_script(
            "return document.querySelector('[role=alert]').getBoundingClientRect().top"
        )
        assert 60 <= top < 80  # below the header, its border in sight
        phone.picture("danger")


# --- leaving nothing --------------------------------------------------------------------------------------


@pytest.fixture
def weather() -> Iterator[str]:
    """The harmless site that hiding leads to."""
    with serving(Starlette(routes=[Route("/", lambda _: HTMLResponse("<p>Pluie demain</p>"))])) as address:
        yield address


@pytest.fixture
def hiding(weather: str, talks: ScriptedTalks, tmp_path: Path) -> Iterator[str]:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    (tmp_path / "locales").mkdir()
    words = tmp_path / "content" / "web.yml"
    words.write_text(words.read_text().replace("https://meteofrance.com/", weather))
    with serving(web_app(talks, tmp_path)) as address:
        yield address


def _leave_by_button(phone: Phone) -> None:
    phone.tap("Cacher cette page")


def _leave_by_keyboard(phone: Phone) -> None:
    phone.driver.switch_to.active_element.send_keys(Keys.ESCAPE, Keys.ESCAPE)


@pytest.mark.parametrize("leave", [_leave_by_button, _leave_by_keyboard])
def test_hiding_the_page_leaves_no_way_back(leave: Act, browser: Chrome, hiding: str) -> None:
    browser.get("about:blank")
    phone = Phone(browser, hiding)
    for act in WALK[:3]:
        act(phone)
    leave(phone)
    phone.see("Pluie demain")
    browser.back()
    wait(
        lambda: browser.current_url == "about:blank", "the page before ours", told=lambda: browser.current_url
    )


def test_one_escape_is_not_enough_to_leave(browser: Chrome, hiding: str) -> None:
    phone = Phone(browser, hiding)
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    phone.press("Mes ressources")
    assert "Vivez-vous en couple" in phone.newest


def test_hiding_works_with_scripts_off(plain_browser: Chrome, hiding: str) -> None:
    phone = Phone(plain_browser, hiding)
    phone.press("Mes ressources")
    phone.tap("Cacher cette page")
    phone.see("Pluie demain")


def test_the_shipped_way_out_is_an_ordinary_site(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    assert phone.find("Cacher cette page").get_attribute("href") == "https://meteofrance.com/"


@pytest.mark.parametrize("which", ["browser", "plain_browser"])
def test_after_erasing_the_back_button_shows_nothing(
    which: str, site: str, request: pytest.FixtureRequest
) -> None:
    driver: Chrome = request.getfixturevalue(which)
    phone = Phone(driver, site)
    for act in WALK:
        act(phone)
    phone.tap("Menu")
    phone.press("Tout effacer")
    assert "Tout est effacé" in phone.newest
    assert driver.get_cookies() == []
    for _ in range(3):
        driver.back()
        if driver.current_url.startswith(site):
            phone.see("Qu'est-ce qui vous amène")
            assert "K7M4P" not in driver.page_source and "Moins de" not in phone.words


def test_nothing_is_stored_in_the_browser_but_the_cookie(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    assert browser.get_cookies() == []
    walk(phone)
    assert browser.execute_script("return localStorage.length + sessionStorage.length") == 0
    (cookie,) = browser.get_cookies()
    assert cookie["httpOnly"] and "expiry" not in cookie
    assert browser.execute_script("return document.cookie") == ""


def test_the_place_is_kept_on_reload_after_coming_from_another_site(
    browser: Chrome, talks: ScriptedTalks
) -> None:
    """Chromium treats a reload like the visit that it repeats; a "strict" cookie would stay at home."""
    with serving(web_app(talks, ROOT)) as site:
        away = Starlette(routes=[Route("/", lambda _: HTMLResponse(f"<a href='{site}'>Vos droits</a>"))])
        with serving(away) as elsewhere:
            phone = Phone(browser, site)
            browser.get(elsewhere.replace("127.0.0.1", "localhost"))
            phone.tap("Vos droits")
            phone.press("Mes ressources")
            browser.refresh()
            assert "Vivez-vous en couple" in phone.newest


# --- paper, motion, bytes ---------------------------------------------------------------------------------


def test_the_printed_card_holds_the_appointment_and_nothing_to_press(browser: Chrome, site: str) -> None:
    phone = Phone(browser, site)
    walk(phone)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert "K7M4P" in phone.words and "CCAS de Joigny" in phone.words
    assert phone.labels() == [] and "Cacher" not in phone.words and "Moins de" not in phone.words
    phone.picture("printed")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_moves_for_who_wants_no_motion(browser: Chrome, site: str) -> None:
    with emulated(browser, prefers_reduced_motion="reduce"):
        phone = Phone(browser, site)
        phone.press("Mes ressources")
        assert browser.execute_script("return document.getAnimations().length") == 0
    with emulated(browser, prefers_reduced_motion="no-preference"):
        phone.press("Non")
        assert browser.execute_script("return document.getAnimations().length") > 0


def test_the_browser_asks_for_nothing_but_the_page(browser: Chrome, site: str) -> None:
    Phone(browser, site)
    assert browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)") == []
    (page,) = browser.execute_script(
        "return performance.getEntriesByType('navigation').map(e => e.decodedBodySize)"
    )
    assert 1000 < page <= 50_000
