"""Rules and content are read again while the program runs; what is broken changes nothing."""

import logging
import os
import shutil
import time

import pytest

from bot.eligibility import library
from bot.eligibility.problems import RuleErrors
from bot.reloading import Reloaded
from tests.talking import DATA, NOW


@pytest.fixture
def rules(tmp_path):
    """A folder of rules of one's own."""
    shutil.copytree(DATA / "rules", tmp_path / "rules")
    return tmp_path / "rules"


@pytest.fixture
def reloaded(rules):
    return Reloaded(lambda: library.read(rules), [rules], (RuleErrors,))


def name_of(reloaded):
    return reloaded.value.on(NOW.date()).texts["rsa"].name


def newest(rules):
    return max((rules / "rights" / "rsa").glob("*.yml"))


def edit(path, before, after):
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    later = time.time() + 5  # a coarse clock of the disk must not hide the change
    os.utime(path, (later, later))


async def test_an_edited_rule_is_in_force_at_the_next_look(rules, reloaded):
    before = name_of(reloaded)
    assert not await reloaded.refresh()
    edit(newest(rules), before, "Revenu d'essai")
    assert await reloaded.refresh()
    assert name_of(reloaded) == "Revenu d'essai"
    assert not await reloaded.refresh()


async def test_a_broken_file_leaves_the_version_in_force_and_says_where_it_broke(rules, reloaded, caplog):
    before = name_of(reloaded)
    file = newest(rules)
    edit(file, "name:", "nom:")
    assert not await reloaded.refresh()
    assert name_of(reloaded) == before
    assert f"rights/rsa/{file.name}:" in caplog.text
    caplog.clear()
    assert not await reloaded.refresh()
    assert caplog.text == "", "said once"
    edit(file, "nom:", "name:")
    assert await reloaded.refresh()


async def test_a_new_and_a_deleted_file_are_noticed(rules, reloaded):
    shutil.rmtree(rules / "rights" / "aah")
    (rules / "cases" / "aah.yml").unlink(missing_ok=True)
    assert await reloaded.refresh()
    assert "aah" not in reloaded.value.on(NOW.date()).texts
    shutil.copytree(DATA / "rules" / "rights" / "aah", rules / "rights" / "aah")
    assert await reloaded.refresh()
    assert "aah" in reloaded.value.on(NOW.date()).texts


async def test_a_reader_that_fails_unforeseen_leaves_the_version_in_force(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    (tmp_path / "file").write_text("1")
    reloaded = Reloaded(lambda: int((tmp_path / "file").read_text()), [tmp_path], (RuleErrors,))
    edit(tmp_path / "file", "1", "what somebody wrote")
    assert not await reloaded.refresh()
    assert reloaded.value == 1
    assert "ValueError at" in caplog.text
    assert "what somebody wrote" not in caplog.text


def test_nothing_starts_on_a_broken_file(rules):
    edit(newest(rules), "name:", "nom:")
    with pytest.raises(RuleErrors, match=r"rights/rsa/.*\.yml:\d+:\d+"):
        Reloaded(lambda: library.read(rules), [rules], (RuleErrors,))
