"""What people write in eight languages, written apart from the phrases and examples that must hear it."""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import yaml

from benchmarks.figures import Figure, percentile
from bot.conversation.events import Number, Puzzled
from bot.conversation.messages import Prompt
from bot.settings import data_folder
from bot.understanding.model import UNKNOWN
from bot.understanding.phrases import sound
from bot.understanding.reader import Reader
from tests.understanding import held_out
from tests.understanding.held_out import Said

NUMBERS = Path(held_out.__file__).parents[1] / "data" / "numbers.yml"


def figures() -> list[Figure]:
    before = _resident()
    reader = Reader.read_from(data_folder() / "content", lambda _: ())
    listed = _resident()
    reader.model.guesses("bonjour")
    learnt = _resident()
    return [
        *_danger(reader),
        *_false_alarms(reader),
        *_topics(reader),
        *_later_topics(reader),
        *_numbers(reader),
        *_speed(reader),
        Figure("memory: the phrase lists", listed - before, "MiB"),
        Figure("memory: the model, added at first use", learnt - listed, "MiB", 150),
    ]


def _danger(reader: Reader) -> Iterator[Figure]:
    """In percent of the texts: not heard at all, and heard as another danger."""
    for language, texts in _by(held_out.crises(), lambda said: said.language).items():
        heard = {said: reader.crisis.find(sound(said.text)) for said in texts}
        deaf = [said for said, kind in heard.items() if kind is None]
        other = [said for said, kind in heard.items() if kind not in (None, said.label)]
        unread = [said for said in texts if said.unread]
        missed_unread = _percent(sum(said.unread for said in deaf), len(unread))
        note = f"of {len(unread)} never read again: {missed_unread:.1f} %"
        yield Figure(f"danger not heard, {language}", _percent(len(deaf), len(texts)), "%", 2, note)
        yield Figure(f"  heard as another, {language}", _percent(len(other), len(texts)), "%")
        for label, those in _by(texts, lambda said: said.label).items():
            missed = sum(said in deaf for said in those)
            yield Figure(f"    {label}, {language}", 100 - _percent(missed, len(those)), "% heard")


def _false_alarms(reader: Reader) -> Iterator[Figure]:
    texts = list(held_out.harmless())
    alarmed = [said for said in texts if reader.crisis.find(sound(said.text))]
    unread = [said for said in texts if said.unread]
    note = f"of {len(unread)} never read again: {_percent(sum(said.unread for said in alarmed), len(unread)):.1f} %"
    yield Figure(
        f"false alarms on {len(texts)} harmless texts", _percent(len(alarmed), len(texts)), "%", 2, note
    )


def _topics(reader: Reader) -> Iterator[Figure]:
    wrong = total = 0
    for language, texts in _by(held_out.topics(), lambda said: said.language).items():
        guesses = {said: reader.model.guesses(said.text) for said in texts}
        names = {said: [name for name, _ in all_ if name != UNKNOWN] for said, all_ in guesses.items()}
        first = sum(names[said][0] != said.label for said in texts)
        third = sum(said.label not in names[said][:3] for said in texts)
        aims = (10, 3) if language == "fr" else (15, 5)
        yield Figure(f"topic not the first, {language}", _percent(first, len(texts)), "%", aims[0])
        yield Figure(f"  nor among three, {language}", _percent(third, len(texts)), "%", aims[1])
        sure = {said: all_[0] for said, all_ in guesses.items() if all_[0][1] >= reader.model.line}
        wrong += sum(name != said.label for said, (name, _) in sure.items())
        total += len(texts)
    yield Figure(f"sure and wrong, of {total}", _percent(wrong, total), "%", 2)


def _later_topics(reader: Reader) -> Iterator[Figure]:
    """Of texts written after the model was trained: the clean figure."""
    kinds = _by(held_out.later_topics(), lambda said: "fr" if said.language == "fr" else "en es tr ar")
    for language, texts in kinds.items():
        guesses = {said: reader.model.guesses(said.text) for said in texts}
        names = {said: [name for name, _ in all_ if name != UNKNOWN] for said, all_ in guesses.items()}
        first = sum(names[said][0] != said.label for said in texts)
        third = sum(said.label not in names[said][:3] for said in texts)
        sure = [
            said
            for said, all_ in guesses.items()
            if all_[0][1] >= reader.model.line and all_[0][0] != said.label
        ]
        aims = (10, 3) if language == "fr" else (15, 5)
        yield Figure(
            f"later texts, topic not the first, {language}", _percent(first, len(texts)), "%", aims[0]
        )
        yield Figure(f"  nor among three, {language}", _percent(third, len(texts)), "%", aims[1])
        yield Figure(
            f"  sure and wrong, {language}, of {len(texts)}", _percent(len(sure), len(texts)), "%", 2
        )


def _numbers(reader: Reader) -> Iterator[Figure]:
    cases = yaml.safe_load(NUMBERS.read_text("utf-8"))
    missed = silent = 0
    for text, meant, *language in cases:
        said = reader.numbers.parse(text, *language)
        expected = Puzzled(meant) if meant in _WHY else Number(Decimal(str(meant)))
        missed += said != expected
        silent += said != expected and isinstance(said, Number)
    yield Figure(f"numbers read wrong, of {len(cases)}", _percent(missed, len(cases)), "%", 3)
    yield Figure("  and not asked back", silent, "", 0)


def _speed(reader: Reader) -> Iterator[Figure]:
    texts = [said.text for said in (*held_out.topics(), *held_out.harmless(), *held_out.crises())]
    spent = []
    for text in texts:
        started = time.process_time()
        reader.read(text, "fr", Prompt((), id="q"))
        spent.append(1000 * (time.process_time() - started))
    yield Figure("one message, all layers, p95", percentile(spent, 95), "ms", 15)


_WHY = {"negative", "vague", "out_of_range", "not_a_number"}


def _by(texts: Iterable[Said], key: Callable[[Said], str]) -> dict[str, list[Said]]:
    groups = defaultdict(list)
    for said in texts:
        groups[key(said)].append(said)
    return groups


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
