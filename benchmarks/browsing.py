"""A visitor of the web chat with scripts off, as far as HTTP goes: always the first choice."""

from __future__ import annotations

import re
from html import unescape

import httpx

from benchmarks.people import TOWN

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_CHOICE = re.compile(r'<button class="choice" name="action" value="([^"]*)">')


class Visitor:
    """`turn` posts one form and follows its redirect, as a browser does."""

    def __init__(self, address: str) -> None:
        origin = address.rstrip("/")
        self._client = httpx.Client(base_url=address, headers={"Origin": origin}, follow_redirects=True)
        self._page = self._client.get("/").text

    def turn(self) -> None:
        fields = {name: unescape(value) for name, value in _HIDDEN.findall(self._page)}
        choice = _CHOICE.search(self._page)
        said = {"action": unescape(choice[1])} if choice else {"text": TOWN}
        self._page = self._client.post("/", data=fields | said).raise_for_status().text

    def close(self) -> None:
        self._client.close()
