"""Logs tell the kind and the place of a failure, and no word of it."""

import asyncio
import logging
import subprocess
import sys

from bot.failures import Discreet, described, in_a_loop

SECRET = "what somebody wrote"


def fail():
    raise ValueError(SECRET)


def failure_of(function):
    try:
        function()
    except Exception as failure:  # noqa: BLE001
        return failure


def test_a_failure_is_described_by_kind_and_place():
    told = described(failure_of(fail))
    assert told.startswith("ValueError at ")
    assert told.endswith("in fail")
    assert "test_failures.py:" in told
    assert SECRET not in told


def test_the_causes_are_told_too():
    def wrapped():
        try:
            fail()
        except ValueError as cause:
            raise KeyError(SECRET) from cause

    told = described(failure_of(wrapped))
    assert told.startswith("KeyError at ")
    assert ", from ValueError at " in told
    assert SECRET not in told


def test_a_failure_that_was_never_raised_has_no_place():
    assert described(ValueError(SECRET)) == "ValueError at an unknown place"


def test_whoever_logs_an_exception_its_message_is_not_written():
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed", (), None)
    failure = failure_of(fail)
    record.exc_info = (ValueError, failure, failure.__traceback__)
    written = Discreet().format(record)
    assert "it failed\nValueError at" in written
    assert SECRET not in written


async def test_a_task_that_nobody_waits_for_leaves_no_words(caplog):
    asyncio.get_running_loop().set_exception_handler(in_a_loop)

    async def failing():
        fail()

    task = asyncio.create_task(failing())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
    assert "never retrieved: ValueError at" in caplog.text
    assert SECRET not in caplog.text


def test_what_ends_the_program_leaves_no_words():
    program = f"from bot.failures import set_up_logs; set_up_logs('INFO'); int({SECRET!r})"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "the program ends: ValueError at" in ended.stderr
    assert SECRET not in ended.stderr
