import re

from bot.storage import references


def test_a_code_can_be_read_aloud_and_copied_by_hand():
    codes = {references.new() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(re.fullmatch(r"[CDFHJKMNPQRTVWXY34679]{4}-[CDFHJKMNPQRTVWXY34679]{4}", code) for code in codes)


def test_a_code_is_recognised_however_it_is_typed():
    for typed in ("K7QM-4TXR", "k7qm4txr", " k7qm 4txr ", "K7QM–4TXR"):
        assert references.tidy(typed) == "K7QM-4TXR"
    code = references.new()
    assert references.tidy(code) == code
