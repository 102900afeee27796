"""What people write in eight languages, written apart from the phrases and examples that must hear it."""

from __future__ import annotations

import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import yaml

from benchmarks.figures import Figure, percentile
from bot.conversation.events import InDanger, Number, PerhapsInDanger, Puzzled
from bot.conversation.messages import Prompt
from bot.settings import data_folder
from bot.understanding.model import UNKNOWN
from bot.understanding.phrases import sound
from bot.understanding.reader import Reader
from bot.understanding.tongues import UNDETERMINED, language_of
from tests.understanding import held_out
from tests.understanding.held_out import Said

FIRST = "bonjour, je ne sais pas par où commencer"
OPEN = Prompt((), id="q")
NUMBERS = Path(held_out.__file__).parents[1] / "data" / "numbers.yml"


def figures() -> list[Figure]:
    before = _resident()
    reader = Reader.read_from(data_folder() / "content", lambda _: ())
    reader.topics.find(FIRST)  # its words are counted then
    listed, started = _resident(), time.perf_counter()
    reader.read(FIRST, "fr", OPEN)
    loaded, learnt = time.perf_counter() - started, _resident()
    language_of(FIRST)
    return [
        *_danger("danger", held_out.crises(), reader),
        *_danger("danger, third set", held_out.THIRD.crises(), reader),
        *_danger("danger, fourth set", held_out.FOURTH.crises(), reader),
        *_danger("danger, fifth set", held_out.FIFTH.crises(), reader),
        *_alarms("harmless texts", held_out.harmless(), reader),
        *_alarms("harmless texts, third set", held_out.THIRD.harmless(), reader),
        *_alarms("ordinary troubles, third set", held_out.THIRD.topics(), reader),
        *_alarms("harmless texts, fourth set", held_out.FOURTH.harmless(), reader),
        *_alarms("ordinary troubles, fourth set", held_out.FOURTH.topics(), reader),
        *_alarms("harmless texts, fifth set", held_out.FIFTH.harmless(), reader),
        *_topics("topics", held_out.topics(), reader),
        *_topics("topics, second set", held_out.later_topics(), reader),
        *_topics("topics, third set", held_out.THIRD.topics(), reader),
        *_topics("topics, fourth set", held_out.FOURTH.topics(), reader),
        *_several(reader),
        *_languages(),
        *_numbers(reader),
        *_speed(reader),
        Figure("the model: loaded at the first message in", 1000 * loaded, "ms"),
        Figure("memory: the lists of phrases and words", listed - before, "MiB"),
        Figure("memory: the model, added at first use", learnt - listed, "MiB", 150),
        Figure("memory: telling languages, added at first use", _resident() - learnt, "MiB"),
    ]


def _danger(what: str, said: Iterable[Said], reader: Reader) -> Iterator[Figure]:
    """In percent of the texts, of all languages and of each: neither heard nor asked about; by the list alone; by
    both ears; asked.
    """
    those = list(said)
    for language, texts in {"all": those, **_by(those, lambda said: said.language)}.items():
        meant = {said: reader.read(said.text, "fr", OPEN) for said in texts}
        listed = sum(reader.crisis.find(sound(said.text)) is not None for said in texts)
        heard = [said for said in texts if isinstance(meant[said], InDanger)]
        asked = [said for said in texts if isinstance(meant[said], PerhapsInDanger)]
        missed = len(texts) - len(heard) - len(asked)
        yield Figure(f"{what}: missed, {language}, of {len(texts)}", _percent(missed, len(texts)), "%", 2)
        yield Figure("    heard by the list alone", _percent(listed, len(texts)), "%")
        yield Figure("    heard by both ears", _percent(len(heard), len(texts)), "%")
        yield Figure("    asked about", _percent(len(asked), len(texts)), "%")
        other = sum(meant[said].kind != said.label for said in [*heard, *asked])  # type: ignore[union-attr]
        yield Figure("    taken for another danger", _percent(other, len(texts)), "%")


def _alarms(what: str, said: Iterable[Said], reader: Reader) -> Iterator[Figure]:
    texts = list(said)
    meant = [reader.read(said.text, "fr", OPEN) for said in texts]
    alarms = [said for said, each in zip(texts, meant, strict=True) if isinstance(each, InDanger)]
    alarmed, listed = len(alarms), sum(reader.crisis.find(sound(said.text)) is not None for said in alarms)
    asked = sum(isinstance(each, PerhapsInDanger) for each in meant)
    note = f"by the list: {_percent(listed, len(texts)):.1f} %"
    yield Figure(f"{what}: false alarms, of {len(texts)}", _percent(alarmed, len(texts)), "%", 2, note)
    yield Figure("    asked about danger", _percent(asked, len(texts)), "%")


def _topics(what: str, said: Iterable[Said], reader: Reader) -> Iterator[Figure]:
    wrong = believed = total = 0
    others = Counter[str]()  # of all languages but French
    for language, texts in _by(said, lambda said: said.language).items():
        seen = {said: reader.see(said.text) for said in texts}
        guesses = {said: reader.model.guesses(seen[said]) for said in texts}
        names = {said: [name for name, _ in all_ if name != UNKNOWN] for said, all_ in guesses.items()}
        first = sum(names[said][0] != said.label for said in texts)
        third = sum(said.label not in names[said][:3] for said in texts)
        aims = (10, 3) if language == "fr" else (15, 5)
        yield Figure(
            f"{what}: not the first, {language}, of {len(texts)}", _percent(first, len(texts)), "%", aims[0]
        )
        yield Figure("    nor among three", _percent(third, len(texts)), "%", aims[1])
        if language != "fr":
            others.update(first=first, third=third, total=len(texts))
        sure = {said: reader.told(seen[said]).sure for said in texts}
        believed += sum(bool(found) for found in sure.values())
        wrong += sum(bool(found) and said.label not in found for said, found in sure.items())
        total += len(texts)
    yield Figure(
        f"{what}: not the first, all but French, of {others['total']}",
        _percent(others["first"], others["total"]),
        "%",
        15,
    )
    yield Figure("    nor among three", _percent(others["third"], others["total"]), "%", 5)
    note = f"sure of {_percent(believed, total):.0f} %; of the others it asks back"
    yield Figure(f"{what}: sure and wrong, of {total}", _percent(wrong, total), "%", 2, note)


def _several(reader: Reader) -> Iterator[Figure]:
    pairs, offered = list[tuple[set[str], set[str]]](), 0
    for said in held_out.FOURTH.several():
        told = reader.told(reader.see(said.text))
        pairs.append((set(said.label.split()), set(told.sure)))
        offered += not told.sure and pairs[-1][0] <= set(told.offered)
    total = len(pairs)
    all_of_them = sum(meant <= found for meant, found in pairs)
    yield Figure(f"several topics in one message: all kept, of {total}", _percent(all_of_them, total), "%")
    yield Figure("    all offered by one button", _percent(offered, total), "%")
    some = sum(bool(meant & found) for meant, found in pairs)
    yield Figure("    at least one kept", _percent(some, total), "%")
    yield Figure("    one too many", _percent(sum(bool(f - m) for m, f in pairs), total), "%")
    outside = [reader.see(said.text) for said in held_out.FOURTH.out_of_scope()]
    taken = sum(bool(reader.told(seen).sure) for seen in outside)
    yield Figure(f"nobody's topic, yet sure of one, of {len(outside)}", _percent(taken, len(outside)), "%", 2)


def _languages() -> Iterator[Figure]:
    texts = [*held_out.FOURTH.topics(), *held_out.FOURTH.crises()]
    named = [(said.language, language_of(said.text)) for said in texts]
    wrong = sum(code not in (language, UNDETERMINED) for language, code in named)
    silent = sum(code == UNDETERMINED for _, code in named)
    yield Figure(f"languages: told wrongly, of {len(texts)}", _percent(wrong, len(texts)), "%", 2)
    yield Figure("    not told", _percent(silent, len(texts)), "%")


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
    """In processor time of one thread, which other work on the machine does not lengthen as it does the clock."""
    texts = [
        said.text
        for said in (*held_out.FOURTH.topics(), *held_out.FOURTH.harmless(), *held_out.FOURTH.crises())
    ]
    spent = []
    for text in texts:
        started = time.process_time()
        reader.read(text, "fr", OPEN)
        spent.append(1000 * (time.process_time() - started))
    yield Figure("one message, all layers, p95", percentile(spent, 95), "ms", 15)
    yield Figure("    median", percentile(spent, 50), "ms")


_WHY = {"negative", "vague", "out_of_range", "not_a_number"}


def _by(texts: Iterable[Said], key: Callable[[Said], str]) -> dict[str, list[Said]]:
    groups = defaultdict(list)
    for said in texts:
        groups[key(said)].append(said)
    return groups


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole


def _resident() -> float:
    """What the process holds now, in MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
