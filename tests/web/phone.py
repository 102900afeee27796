"""A person with a phone: presses what they see, writes, looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
SMALLEST_TARGET = 44
PICTURES = Path("/tmp/clairdroit-pictures")

# What can be pressed and is shown: its words, width and height in CSS pixels. A box's label is its target.
_TARGETS = """
return [...document.querySelectorAll("a, button, summary, input:not([type=hidden]):not([type=checkbox]), .tick")]
  .filter(e => e.checkVisibility() && !e.closest(".skip"))
  .map(e => [e.textContent.trim() || e.id, e.getBoundingClientRect().width, e.getBoundingClientRect().height])
"""


class Phone:
    def __init__(self, driver: Chrome, address: str) -> None:
        self.driver = driver
        self.address = address
        driver.get("about:blank")  # nothing is under way any more that could set a cookie
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        driver.get(address)

    # --- looking ------------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "body").text.replace("\u00a0", " ")

    @property
    def newest(self) -> str:
        return self.driver.find_element(By.ID, "now").text.replace("\u00a0", " ")

    def labels(self) -> list[str]:
        shown = [
            button for button in self.driver.find_elements(By.TAG_NAME, "button") if button.is_displayed()
        ]
        return [button.text.strip().replace("\u00a0", " ") for button in shown]

    def find(self, label: str) -> WebElement:
        for target in self.driver.find_elements(By.CSS_SELECTOR, "button, a, summary, .tick"):
            # what follows " :" is for screen readers
            if target.is_displayed() and label in {
                (said := " ".join(target.text.split())),
                said.partition(" :")[0],
            }:
                return target
        raise AssertionError(f"nothing says {label!r} here:\n{self.words}")

    def see(self, words: str, seconds: float = 10) -> None:
        wait(lambda: words in self.words, f"{words!r} on the page", seconds, lambda: self.words)

    def picture(self, name: str | Path) -> None:
        path = PICTURES / f"{name}.png" if isinstance(name, str) else name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))

    # --- doing --------------------------------------------------------------------------------------------

    def press(self, label: str) -> None:
        self._and_wait(lambda: self._click(self.find(label)))

    def tap(self, label: str) -> None:
        """Press what sends nothing: a box, the menu, a link."""
        self._click(self.find(label))

    def write(self, words: str) -> None:
        line = self.driver.find_element(By.ID, "text")
        line.send_keys(words)
        self._and_wait(lambda: line.send_keys(Keys.ENTER))

    def _click(self, target: WebElement) -> None:
        """A real press at the middle of what is seen there; chromedriver's own click waits for scripts."""
        seen, size = target.location_once_scrolled_into_view, target.size
        at = {"x": seen["x"] + size["width"] / 2, "y": seen["y"] + size["height"] / 2}
        for kind in ("mousePressed", "mouseReleased"):
            event = {"type": kind, "button": "left", "clickCount": 1} | at
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def _and_wait(self, act: Callable[[], object]) -> None:
        before = self._page_id()
        act()
        wait(lambda: self._page_id() not in {before, None}, "the answer")

    def _page_id(self) -> str | None:
        try:
            return self.driver.find_element(By.NAME, "once").get_attribute("value")
        except WebDriverException:
            return "none" if self.driver.find_elements(By.ID, "page") else None

    # --- judging ------------------------------------------------------------------------------------------

    def assert_fits(self) -> None:
        """Nothing to scroll sideways for, and every target big enough for a thumb."""
        wide, window = self.driver.execute_script(
            "return [document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert wide <= window, f"{wide} px of content in {window} px"
        small = [
            row for row in self.driver.execute_script(_TARGETS) if round(min(row[1:]), 2) < SMALLEST_TARGET
        ]
        assert small == [], f"too small for a thumb: {small}"

    def assert_fits_with_large_text(self) -> None:
        """The same for who lets their browser write twice as large."""
        size = "document.documentElement.style.fontSize = arguments[0]"
        self.driver.execute_script(size, "200%")
        self.assert_fits()
        self.driver.execute_script(size, "")

    def assert_accessible(self) -> None:
        """axe finds nothing: contrast (AA), names, roles, order of headings, language."""
        self.driver.execute_script(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then(r => done(r.violations.map(v => "
            "v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))))"
        )
        assert found == [], found


def wait(
    until: Callable[[], object], what: str, seconds: float = 10, told: Callable[[], object] = lambda: ""
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if until():
                return
        except WebDriverException:
            pass  # the page is being replaced
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for {what}; there is:\n{told()}")
