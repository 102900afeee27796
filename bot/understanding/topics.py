"""What brings a person, from the words they share with the examples of content/utterances.

A plain count of words, which issue 7 replaces with a trained model: each word votes for the topic whose
examples hold it, the more surely the more of them do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.eligibility import yamlfile
from bot.eligibility.yamlfile import Item
from bot.understanding.model import UNKNOWN
from bot.understanding.phrases import sound

STEM = 8  # letters of a word that count: inscription and inscriptions are one
FEWEST = 2  # letters of a word that votes ("aah" sounds "ah")
SHARE = 0.6  # of a word's examples must be one topic's, else it says nothing
ENOUGH = 0.55  # votes: one word of two examples, or two words of one
BESIDE = 0.45  # of the best topic's votes, for another to be meant too


@dataclass(frozen=True)
class TopicWords:
    """`told`: topics, each with an example."""

    told: Sequence[tuple[str, str]]

    @classmethod
    def read(cls, folder: Path) -> TopicWords:
        """The examples of every language at once. Raises `Mistake` with the place of what cannot be read."""
        files = (
            yamlfile.read(path, f"content/utterances/{path.name}") for path in sorted(folder.glob("*.yml"))
        )
        return cls([(topic, text) for file in files for topic, text in examples(file) if topic != UNKNOWN])

    @cached_property
    def votes(self) -> Mapping[str, tuple[str, float]]:
        """The vote of each word: its topic and how sure it is (0 to 1). Counted at the first message: 0.3 s."""
        held: dict[str, Counter[str]] = defaultdict(Counter)
        for topic, example in self.told:
            for word in _stems(sound(example)):
                held[word][topic] += 1
        return {word: vote for word, topics in held.items() if (vote := _vote(topics))}

    def scores(self, sounds: str) -> Counter[str]:
        """The votes of each topic for these sounds (see `phrases.sound`)."""
        score: Counter[str] = Counter()
        for topic, weight in filter(None, map(self.votes.get, _stems(sounds))):
            score[topic] += weight  # type: ignore[assignment]  # a Counter adds up anything
        return score

    def find(self, sounds: str, least: float = ENOUGH) -> tuple[str, ...]:
        """The topics named with at least so many votes, the best first."""
        score = self.scores(sounds)
        enough = max(least, BESIDE * max(score.values(), default=0))
        return tuple(topic for topic, votes in score.most_common() if votes >= enough)


def _vote(topics: Counter[str]) -> tuple[str, float] | None:
    (topic, count), total = topics.most_common(1)[0], topics.total()
    return (topic, count / total * count / (count + 1)) if count / total >= SHARE else None


def _stems(sounds: str) -> set[str]:
    return {word[:STEM] for word in sounds.split() if len(word) >= FEWEST and not word.isdigit()}


def examples(item: Item) -> Iterator[tuple[str, str]]:
    """The (intent, example) pairs of a Rasa training file."""
    given = item.fields(["version", "nlu"], [])
    for block in given["nlu"].members():
        entry = block.fields(["intent", "examples"], [])
        for line in entry["examples"].text().splitlines():
            if not line.startswith("- "):
                entry["examples"].wrong(f"{line!r} is not an example", "start each line with a dash")
            yield entry["intent"].text(), line[2:]
