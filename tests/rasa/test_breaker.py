"""A circuit breaker, with a clock of the test's own."""

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.breaker import Breaker


class Clock:
    at = 1000.0

    def __call__(self):
        return self.at


def opened(clock):
    breaker = Breaker(failures=3, rest=30, clock=clock)
    for _ in range(3):
        assert breaker.lets()
        breaker.went(well=False)
    return breaker


def test_it_opens_at_the_third_failure_in_a_row_and_says_so_once():
    breaker = Breaker(failures=3)
    assert [breaker.went(well=well) for well in (False, False, True, False, False, False, False)] == [
        False, False, False, False, False, True, False,
    ]  # fmt: skip
    assert not breaker.lets()


def test_after_its_rest_one_tries_for_all():
    breaker = opened(clock := Clock())
    clock.at += 29.9
    assert not breaker.lets()
    clock.at += 0.2
    assert [breaker.lets() for _ in range(4)] == [True, False, False, False]
    breaker.went(well=True)
    assert [breaker.lets() for _ in range(4)] == [True] * 4


def test_a_trial_that_fails_gives_it_another_rest():
    breaker = opened(clock := Clock())
    clock.at += 31
    assert breaker.lets()
    assert not breaker.went(well=False), "it was open before"
    clock.at += 29
    assert not breaker.lets()
    clock.at += 2
    assert breaker.lets()


def test_a_trial_of_which_nothing_is_heard_does_not_keep_it_open_for_ever():
    breaker = opened(clock := Clock())
    clock.at += 31
    assert breaker.lets()
    clock.at += 31
    assert breaker.lets()


@given(st.lists(st.one_of(st.booleans(), st.floats(0, 100))))
def test_whatever_happens_a_rest_later_somebody_may_try(events):
    breaker = opened(clock := Clock())
    for event in events:
        if isinstance(event, bool):
            if breaker.lets():
                breaker.went(well=event)
        else:
            clock.at += event
    clock.at += 30.1
    assert breaker.lets()
