"""What holds for every test: nothing leaves this machine, chance is repeatable, slow tests come last."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# --- chance ------------------------------------------------------------------------------------------------

# `make test` draws the same examples each time; `make soak` draws many, new ones each time.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# --- the network -------------------------------------------------------------------------------------------


class NetworkReachedError(AssertionError):
    """A test tried to reach beyond this machine."""


_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_reached: list[str] = []


def _is_here(host: object) -> bool:
    """Loopback, by address or by its own name; None is "any", and what is no text is no internet address."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _host(event: str, args: tuple[Any, ...]) -> object:
    if event in _LOOK_UPS:
        return args[0]
    address = args[1]  # (socket, address); a unix socket's address is a path, not a tuple
    return address[0] if isinstance(address, tuple) and address else None


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook sits below every library, so that none can go round it."""
    if event not in _LOOK_UPS and event not in _SENDS:
        return
    host = _host(event, args)
    if not _is_here(host):
        _reached.append(f"{event} to {host!r}")
        raise NetworkReachedError(_reached[-1])


sys.addaudithook(_guard)


def _refuse() -> None:
    """Fail even when what was tested swallowed the refusal."""
    if _reached:
        told = ", ".join(_reached)
        _reached.clear()
        raise NetworkReachedError(f"a test reached beyond this machine: {told}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    yield
    _refuse()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield
    _refuse()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    yield
    _refuse()


# --- which tests, in which order ---------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="the long runs too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long runs only on request; the quick tests first, so that a mistake shows early."""
    if not config.getoption("--soak"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("soak")])
        items[:] = [item for item in items if not item.get_closest_marker("soak")]
    items.sort(key=_patience)


def _patience(item: pytest.Item) -> int:
    return bool(item.get_closest_marker("slow")) + 2 * bool(item.get_closest_marker("browser"))
