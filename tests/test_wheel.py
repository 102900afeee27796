"""What `pip install` of the built wheel gives: everything it needs, wherever it is run."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
    return next(folder.glob("clairdroit-*.whl"))


@pytest.fixture(scope="module")
def clairdroit(wheel, tmp_path_factory):
    """The installed program, run in an empty folder, far from the repository; its libraries are the environment's."""
    site, empty = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("empty")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CLAIRDROIT_")}

    def run(*arguments, code="from bot.cli import main; main()", **settings):
        command = [sys.executable, "-c", code, *map(str, arguments)]
        env = clean | {"PYTHONPATH": str(site)} | settings
        done = subprocess.run(
            command, cwd=empty, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run.site = site
    return run


def test_the_wheel_carries_rules_content_and_catalogues(wheel):
    with zipfile.ZipFile(wheel) as packed:
        carried = set(packed.namelist())
    for folder in ("rules", "content", "locales"):
        ours = subprocess.run(
            ["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        missing = {f"bot/_data/{name}" for name in ours if name and (ROOT / name).exists()} - carried
        assert not missing
    assert not [name for name in carried if name.startswith(("tests", "benchmarks", "examples"))]


def test_the_installed_program_finds_its_own_data(clairdroit):
    code = "import bot, bot.settings; print(bot.__file__); print(bot.settings.data_folder())"
    program, data = clairdroit(code=code).split()
    assert Path(program).is_relative_to(clairdroit.site)
    assert Path(data) == clairdroit.site / "bot" / "_data"


def test_a_conversation_from_any_folder(clairdroit, tmp_path):
    script = tmp_path / "one.script"
    script.write_text("bonjour\n", encoding="utf-8")
    transcript = clairdroit("chat", "--script", script)
    assert "Clairdroit" in transcript
    assert "> bonjour" in transcript


def test_a_folder_of_ones_own_replaces_the_data(clairdroit, tmp_path):
    own, script = tmp_path / "own", tmp_path / "empty.script"
    shutil.copytree(clairdroit.site / "bot" / "_data", own)
    messages = own / "content" / "messages.yml"
    theirs = messages.read_text(encoding="utf-8").replace(
        "Bonjour, je suis Clairdroit.", "Bonjour, ici la mairie."
    )
    messages.write_text(theirs, encoding="utf-8")
    script.touch()
    assert "Bonjour, ici la mairie." in clairdroit("chat", "--script", script, CLAIRDROIT_DATA=str(own))
