"""Topics by the local model and by Rasa (`make rasa-train`), on the same texts, written apart from all examples."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.figures import Figure, percentile
from bot.settings import data_folder
from bot.understanding.clauses import Clauses
from bot.understanding.model import UNKNOWN
from bot.understanding.rasa import LIMIT, Rasa
from bot.understanding.reader import Reader, believed
from tests.ports import free_port
from tests.understanding import held_out
from tests.understanding.held_out import Said

ROOT: Final = Path(__file__).parents[1]
MODEL: Final = ROOT / ".rasa" / "models" / "clairdroit.tar.gz"
SETS: Final = {
    "fourth set": held_out.FOURTH.topics,
    "third set": held_out.THIRD.topics,
    "second set": held_out.later_topics,
    "first set": held_out.topics,
}
WRONG: Final = 0.02  # of all messages may be believed and wrong
ALONE: Final = "--local"


class Heard(NamedTuple):
    """Every topic with its share, the likeliest first; and those that were believed."""

    shares: list[tuple[str, float]]
    believed: list[str]


class Run(NamedTuple):
    """What one engine made of every text; the seconds that passed for each, of processor for all; seconds; MiB."""

    heard: dict[Said, Heard]
    spent: list[float]
    processor: float
    load: float
    memory: float


def figures() -> list[Figure]:
    sides = {"local": _local()}
    if MODEL.exists():
        sides["Rasa"] = _rasa()
    else:
        print(f"  NO RASA HERE: {MODEL.relative_to(ROOT)} is missing, 'make rasa-train' makes it")
    return [figure for group in _groups() for side in sides.items() for figure in _rights(*group, *side)] + [
        figure for side in sides.items() for figure in _costs(*side)
    ]


def _groups() -> Iterator[tuple[str, list[Said]]]:
    for title, texts in SETS.items():
        for french in (True, False):
            group = [said for said in texts() if (said.language == "fr") is french]
            yield f"{title}, {'fr' if french else 'others'}", group


def _rights(title: str, texts: list[Said], name: str, run: Run) -> Iterator[Figure]:
    """In percent of the texts; `unknown_scope` is no answer."""
    named = {said: [topic for topic, _ in run.heard[said].shares if topic != UNKNOWN] for said in texts}
    first = sum(names[0] == said.label for said, names in named.items())
    third = sum(said.label in names[:3] for said, names in named.items())
    believed = [said for said in texts if run.heard[said].believed]
    wrong = sum(said.label not in run.heard[said].believed for said in believed)
    whole = len(texts)
    yield Figure(f"{title} ({whole}): top 1, {name}", 100 * first / whole, "%")
    yield Figure(f"  top 3, {name}", 100 * third / whole, "%")
    note = f"sure of {100 * len(believed) / whole:.0f} %"
    yield Figure(f"  sure and wrong, {name}", 100 * wrong / whole, "%", 2, note)


def _line(run: Run) -> float:
    """The share above which at most 2 % are believed and wrong, by every other text of the newest set."""
    chosen = [said for said in held_out.THIRD.topics() if not said.unread]
    first = {said: run.heard[said].shares[0] for said in chosen}
    wrong = sorted(
        (share for said, (name, share) in first.items() if name not in (said.label, UNKNOWN)), reverse=True
    )
    allowed = int(WRONG * len(chosen))
    return wrong[allowed] if len(wrong) > allowed else 0.0


def _costs(name: str, run: Run) -> Iterator[Figure]:
    limit = 1000 * LIMIT if name == "Rasa" else None
    yield Figure(f"line that the odd texts of the third set ask for, {name}", 100 * _line(run), "%")
    yield Figure(f"one message, p95, {name}", 1000 * percentile(run.spent, 95), "ms", limit)
    mean = 1000 * run.processor / len(run.spent)
    yield Figure(f"  of it processor time, mean, {name}", mean, "ms")
    yield Figure(f"memory, {name}", run.memory, "MiB")
    yield Figure(f"until the first answer, {name}", run.load, "s")


def _texts() -> list[Said]:
    return [said for texts in SETS.values() for said in texts()]


# --- the local model, in a process of its own, so that its memory is its own ------------------------------------


def _local() -> Run:
    command = [sys.executable, "-m", "benchmarks.rasa", ALONE]
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    run = json.loads(told)
    heard = [Heard([(name, share) for name, share in shares], believed) for shares, believed in run["heard"]]
    return Run(dict(zip(_texts(), heard, strict=True)), *(run[name] for name in Run._fields[1:]))


def _alone() -> dict[str, Any]:
    texts = [said.text for said in _texts()]
    reader = Reader.read_from(data_folder() / "content", lambda _: ())
    before, began = _memory(os.getpid()), time.perf_counter()
    _here(reader, texts[0])
    load = time.perf_counter() - began
    memory = _memory(os.getpid()) - before
    heard, spent, worked = [], [], time.process_time()
    for text in texts:
        began = time.perf_counter()
        heard.append(_here(reader, text))
        spent.append(time.perf_counter() - began)
    processor = time.process_time() - worked
    return {"heard": heard, "spent": spent, "processor": processor, "load": load, "memory": memory}


def _here(reader: Reader, text: str) -> Heard:
    seen = reader.see(text)
    return Heard(reader.model.guesses(seen), list(reader.told(seen).sure))


# --- Rasa ------------------------------------------------------------------------------------------------------


def _rasa() -> Run:
    texts = _texts()
    topics = {said.label for said in texts}
    with _serving() as (url, process, load):
        before = time.process_time() + _processor(process.pid)
        heard, spent = asyncio.run(_asked(url, topics, [said.text for said in texts]))
        processor = time.process_time() + _processor(process.pid) - before
        return Run(dict(zip(texts, heard, strict=True)), spent, processor, load, _memory(process.pid))


async def _asked(url: str, topics: set[str], texts: list[str]) -> tuple[list[Heard], list[float]]:
    """As `bot.hearing` does: of each message and of its parts."""
    clauses = Clauses.read(data_folder() / "content")
    heard, spent = [], []
    async with Rasa(url, lambda: topics, limit=10) as rasa:
        await rasa.opinions("bonjour")
        for text in texts:
            began = time.perf_counter()
            opinions = await rasa.opinions(text, *clauses.of(text))
            spent.append(time.perf_counter() - began)
            heard.append(Heard(list(opinions[0].shares), list(believed(opinions))))
    return heard, spent


@contextmanager
def _serving() -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    port = free_port()
    command = [ROOT / "tools" / "rasa.sh", "serve", str(port), MODEL]
    began, url = time.perf_counter(), f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not _is_up(url):
            assert process.poll() is None, "Rasa did not start"
            time.sleep(0.1)
        yield url, process, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _is_up(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/status", timeout=1).close()
    except OSError:
        return False
    return True


def _processor(process: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    """What a process holds of the machine's memory, in MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(process)


if __name__ == "__main__" and sys.argv[1:] == [ALONE]:
    json.dump(_alone(), sys.stdout)
