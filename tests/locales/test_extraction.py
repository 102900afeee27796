"""Translators' own tools find every sentence: pybabel with our extractor, as a translator runs it."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot import gathering

ROOT = Path(__file__).parents[2]


def pybabel(*arguments):
    command = [Path(sys.executable).with_name("pybabel"), "--quiet", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=100)


def told(catalogue):
    """What a translator sees of a template: sentences, where they stand, how they are used."""
    return {
        message.id: (set(message.locations), set(message.auto_comments))
        for message in catalogue
        if message.id
    }


@pytest.mark.slow
def test_pybabel_extracts_what_our_own_command_gathers(tmp_path):
    pybabel("extract", "-F", "babel.cfg", "-o", tmp_path / "all.pot", ".")
    with (tmp_path / "all.pot").open("rb") as file:
        extracted = told(read_po(file))
    assert len(extracted) > 1000
    assert extracted == told(gathering.template(ROOT))


def test_a_sentence_with_two_forms_is_extracted_as_a_plural(tmp_path):
    content = tmp_path / "content"
    content.mkdir()
    (content / "messages.yml").write_text(
        "a: {one: '{count} aide', other: '{count} aides'}\nb: Oui\n", "utf-8"
    )
    with (content / "messages.yml").open("rb") as file:
        found = list(gathering.extract(file, {}, [], {}))
    assert found == [(1, "ngettext", ("{count} aide", "{count} aides"), ["a"]), (2, "gettext", "Oui", ["b"])]


def test_what_nobody_reads_is_not_extracted(tmp_path):
    (tmp_path / "content").mkdir()
    path = tmp_path / "content" / "commands.yml"
    path.write_text("language: {fr: [français]}\n", "utf-8")
    with path.open("rb") as file:
        assert not list(gathering.extract(file, {}, [], {}))
