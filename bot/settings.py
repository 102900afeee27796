"""What an operator sets, read once from the environment (``CLAIRDROIT_*``) and never changed afterwards."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KEY_BYTES: Final = 32
PARIS: Final = ZoneInfo("Europe/Paris")
IN_MEMORY: Final = "sqlite+aiosqlite:///:memory:"
NAMES: Final = (
    "CLAIRDROIT_CALENDARS",
    "CLAIRDROIT_CALENDARS_PASSWORD",
    "CLAIRDROIT_CALENDARS_USER",
    "CLAIRDROIT_DATA",
    "CLAIRDROIT_DATABASE_URL",
    "CLAIRDROIT_HOME",
    "CLAIRDROIT_HOST",
    "CLAIRDROIT_KEY",
    "CLAIRDROIT_LOG_LEVEL",
    "CLAIRDROIT_METRICS_PORT",
    "CLAIRDROIT_NLU",
    "CLAIRDROIT_PORT",
    "CLAIRDROIT_RASA_ELSEWHERE",
    "CLAIRDROIT_RASA_URL",
    "CLAIRDROIT_STATE_TERM",
    "CLAIRDROIT_TELEGRAM_API_URL",
    "CLAIRDROIT_TELEGRAM_RATE",
    "CLAIRDROIT_TELEGRAM_TOKEN",
    "CLAIRDROIT_TELEGRAM_WEBHOOK",
    "CLAIRDROIT_ZONE",
)
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
ENGINES: Final = ("local", "rasa")
RASA: Final = "http://127.0.0.1:5005"


@dataclass(eq=False)
class BadSetting(Exception):  # noqa: N818 - the sentence an operator reads is the message below
    """A setting that cannot be used: which one, what is wrong with it, and how to mend it."""

    variable: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.variable} {self.wrong}. {self.remedy}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the program is told from outside.

    `keys` open what is sealed, the newest first: it seals, the others only open. `data` holds rules,
    content and locales. `calendars` is the address below which the partners' calendars lie.
    `state_days`: how long a conversation is kept after its last turn. `zone`: whose day decides which
    rules hold. No `telegram_token` means no Telegram; without `telegram_webhook`, the public address at which
    Telegram reaches us, updates are fetched. `telegram_rate`: messages a second (0: no limit). `metrics_port`:
    where figures are shown; 0: nowhere. `rasa`: the address of the Rasa server that reads topics; empty: none.
    """

    keys: tuple[bytes, ...] = field(repr=False)
    data: Path
    database_url: str = field(default=IN_MEMORY, repr=False)  # may hold a password
    calendars: str = ""
    calendars_user: str = ""
    calendars_password: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook: str = ""
    telegram_rate: int = 30
    metrics_port: int = 0
    rasa: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    state_days: int = 30
    zone: ZoneInfo = PARIS
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Raises `BadSetting` for the first setting that cannot be used, a missing key included."""
        env = _Environment(environment)
        return replace(_without_secrets(env), keys=env.keys(), database_url=env.database_url())

    @classmethod
    def throwaway(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """A key and a database that live no longer than this process; all else from the environment."""
        return _without_secrets(_Environment(environment))

    @classmethod
    def for_this_terminal(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The environment's where it holds a key, else `throwaway`: nothing of the conversation stays."""
        given = os.environ if environment is None else environment
        return cls.from_environment(given) if given.get("CLAIRDROIT_KEY") else cls.throwaway(given)


def new_key() -> str:
    """A fresh value for CLAIRDROIT_KEY: 32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def data_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where rules, content and locales lie: CLAIRDROIT_DATA, else the wheel's own, else this repository."""
    return _Environment(environment).data()


def _without_secrets(env: _Environment) -> Settings:
    env.refuse_misspelt()
    return Settings(
        keys=(secrets.token_bytes(KEY_BYTES),),
        data=env.data(),
        calendars=env.address("CLAIRDROIT_CALENDARS"),
        calendars_user=env.text("CLAIRDROIT_CALENDARS_USER"),
        calendars_password=env.text("CLAIRDROIT_CALENDARS_PASSWORD"),
        telegram_token=env.text("CLAIRDROIT_TELEGRAM_TOKEN"),
        telegram_api_url=env.address("CLAIRDROIT_TELEGRAM_API_URL", Settings.telegram_api_url),
        telegram_webhook=env.address("CLAIRDROIT_TELEGRAM_WEBHOOK"),
        telegram_rate=env.number("CLAIRDROIT_TELEGRAM_RATE", Settings.telegram_rate, 0, 100_000),
        metrics_port=env.number("CLAIRDROIT_METRICS_PORT", 0, 0, 65535),
        rasa=env.rasa(),
        host=env.text("CLAIRDROIT_HOST", Settings.host),
        port=env.number("CLAIRDROIT_PORT", Settings.port, 0, 65535),
        state_days=env.number("CLAIRDROIT_STATE_TERM", Settings.state_days, 1, 366),
        zone=env.zone("CLAIRDROIT_ZONE", Settings.zone),
        log_level=env.one_of("CLAIRDROIT_LOG_LEVEL", LOG_LEVELS, Settings.log_level),
    )


class _Environment:
    """Reads one variable at a time and says what is wrong with it; an empty one counts as absent."""

    def __init__(self, variables: Mapping[str, str] | None) -> None:
        given = os.environ if variables is None else variables
        self._given = {name: value.strip() for name, value in given.items() if value.strip()}

    def refuse_misspelt(self) -> None:
        """A name that nearly is a setting's would be passed over in silence otherwise."""
        for name in self._given.keys() - set(NAMES):
            close = get_close_matches(name, NAMES, n=1, cutoff=0.9) if name.startswith("CLAIRDROIT_") else []
            if close:
                raise BadSetting(name, "is not a setting", f"Did you mean {close[0]}?")

    def text(self, name: str, default: str = "") -> str:
        return self._given.get(name, default)

    def number(self, name: str, default: int, low: int, high: int) -> int:
        given = self.text(name, str(default))
        if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
            raise BadSetting(name, f"is {given!r}", f"Give a whole number from {low} to {high}.")
        return int(given)

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """The choice as it is listed, however it was capitalized."""
        given = self.text(name, default)
        for choice in choices:
            if choice.lower() == given.lower():
                return choice
        raise BadSetting(name, f"is {given!r}", f"Give one of {', '.join(choices)}.")

    def address(self, name: str, default: str = "") -> str:
        given = self.text(name, default)
        if given and not given.startswith(("https://", "http://")):
            raise BadSetting(
                name, "is no web address", "Start it with https:// (or http:// on this machine)."
            )
        return given.rstrip("/")

    def rasa(self) -> str:
        """What people write is sent there, so that it is this machine unless the operator says otherwise."""
        address = self.address("CLAIRDROIT_RASA_URL", RASA)
        elsewhere = self.one_of("CLAIRDROIT_RASA_ELSEWHERE", ("no", "yes"), "no") == "yes"
        if not elsewhere and not _is_here(urlsplit(address).hostname or ""):
            raise BadSetting(
                "CLAIRDROIT_RASA_URL",
                "leads to another machine: what people write would leave this one",
                "Run Rasa here, or set CLAIRDROIT_RASA_ELSEWHERE=yes where that machine is yours too.",
            )
        return address if self.one_of("CLAIRDROIT_NLU", ENGINES, "local") == "rasa" else ""

    def zone(self, name: str, default: ZoneInfo) -> ZoneInfo:
        given = self.text(name, default.key)
        try:
            return ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError):
            raise BadSetting(name, f"is {given!r}", "Give a time zone such as Europe/Paris.") from None

    def keys(self) -> tuple[bytes, ...]:
        """Several keys are separated by commas, the newest first."""
        given = self.text("CLAIRDROIT_KEY")
        if not given:
            raise BadSetting(
                "CLAIRDROIT_KEY",
                "is missing: without it nothing can be sealed",
                "Make one with `clairdroit key`, keep it apart from the database, and set it.",
            )
        return tuple(_key(part.strip()) for part in given.split(","))

    def data(self) -> Path:
        given = self.text("CLAIRDROIT_DATA")
        folder = Path(given) if given else _shipped_data()
        if not (folder / "rules").is_dir():
            raise BadSetting(
                "CLAIRDROIT_DATA",
                f"leads to {str(folder)!r}, which holds no folder 'rules'",
                "Give a folder with rules, content and locales, or leave it out for those that are shipped.",
            )
        return folder

    def database_url(self) -> str:
        given = self.text("CLAIRDROIT_DATABASE_URL")
        if given and not given.startswith(("sqlite+aiosqlite://", "postgresql+psycopg://")):
            raise BadSetting(
                "CLAIRDROIT_DATABASE_URL",
                "is no address of a database that can be used",  # never shown: it may hold a password
                "Start it with sqlite+aiosqlite:/// or postgresql+psycopg://.",
            )
        return given or f"sqlite+aiosqlite:///{self._home() / 'clairdroit.sqlite'}"

    def _home(self) -> Path:
        """Where the database lies when no address is given."""
        shared = self.text("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        return Path(self.text("CLAIRDROIT_HOME") or Path(shared) / "clairdroit").absolute()


def _shipped_data() -> Path:
    package = Path(__file__).resolve().parent
    in_wheel = package / "_data"
    return in_wheel if in_wheel.is_dir() else package.parent


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadSetting(
            "CLAIRDROIT_KEY",
            f"is not {KEY_BYTES} bytes in base64",  # the value itself is never shown
            "Make one with `clairdroit key`; several are separated by commas, the newest first.",
        )
    return key
