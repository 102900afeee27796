"""Codes cannot be found by trying."""

from bot.guesses import HOUR, WRONG, Guesses


async def test_after_too_many_wrong_codes_nothing_is_found_for_a_while():
    now = [0.0]
    guesses = Guesses(clock=lambda: now[0])

    async def find(code):
        return "a visit" if code == "right" else None

    for _ in range(WRONG - 1):
        assert await guesses.limited(find, "wrong") is None
    assert await guesses.limited(find, "right") == "a visit", "right ones count nothing"
    await guesses.limited(find, "wrong")
    assert await guesses.limited(find, "right") is None
    now[0] += HOUR
    assert await guesses.limited(find, "right") == "a visit"
