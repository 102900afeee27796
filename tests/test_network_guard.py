"""The guard in conftest.py, tried with what a library would do."""

import asyncio
import socket
import urllib.request

import pytest

from tests.conftest import NetworkReachedError, _reached

OUTSIDE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): nobody is there


@pytest.fixture
def stopped():
    """That an attempt is stopped, and noted, for code that swallows the refusal."""

    def check(attempt):
        with pytest.raises(NetworkReachedError):
            attempt()
        assert _reached
        _reached.clear()

    return check


def test_connections_beyond_this_machine_are_stopped(stopped):
    stopped(lambda: socket.create_connection((OUTSIDE, 80), timeout=1))
    with socket.socket() as tcp:
        stopped(lambda: tcp.connect_ex((OUTSIDE, 80)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        stopped(lambda: udp.sendto(b"?", (OUTSIDE, 53)))


def test_name_look_ups_are_stopped(stopped):
    stopped(lambda: socket.getaddrinfo("api.telegram.org", 443))
    stopped(lambda: socket.gethostbyname("api.telegram.org"))


def test_libraries_do_not_go_round_it(stopped):
    stopped(lambda: urllib.request.urlopen("http://example.org/", timeout=1))
    stopped(lambda: asyncio.run(asyncio.open_connection("example.org", 80)))


def test_a_swallowed_refusal_still_fails_the_test(pytester):
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile(
        """
        import contextlib, socket
        def test_quiet():
            with contextlib.suppress(BaseException):
                socket.getaddrinfo("example.org", 80)
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(failed=1)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_loopback_stays_free(name):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection((name, server.getsockname()[1])),
    ):
        pass


def test_unix_sockets_stay_free(tmp_path):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
