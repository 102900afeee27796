"""What only a parser can tell of a sentence: the passive voice, and a negation inside a negation.

spaCy's French parser is an extra ("editors"): 350 MB and some seconds, loaded where it is used.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from bot.editing.findings import Finding
from bot.editing.sentences import Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

MODEL: Final = "fr_core_news_sm"
_UNUSED: Final = ("ner", "attribute_ruler")
_NEGATIVE: Final = frozenset({"pas", "plus", "jamais", "rien", "aucun", "aucune", "personne", "ni", "guère"})
_REACH: Final = 6  # how far behind "ne" its second word may stand
_INFINITIVES: Final = ("er", "ir", "re")
_BESIDE: Final = frozenset({"conj", "parataxis", "ROOT", "dep"})
# Verbs whose past with "être" is no passive.
_MOVING: Final = frozenset({
    "aller", "arriver", "décéder", "descendre", "devenir", "entrer", "monter", "mourir", "naître", "partir",
    "passer", "rentrer", "rester", "retourner", "revenir", "sortir", "survenir", "tomber", "venir",
})  # fmt: skip


def installed() -> bool:
    return importlib.util.find_spec("spacy") is not None and importlib.util.find_spec(MODEL) is not None


def hard_to_parse(sentences: Iterable[Sentence]) -> Iterator[Finding]:
    """Passive sentences and doubled negations. Needs the extra (`installed`)."""
    listed = list(sentences)
    for sentence, doc in zip(listed, _parser().pipe(each.parsed_as for each in listed), strict=True):
        if verb := _passive(doc):
            yield Finding("passive", sentence, f"passive voice ({verb})", "say who does it")
        if words := _doubled(doc):
            yield Finding(
                "negation", sentence, f"a negation inside a negation ({words})", "say it positively"
            )


def _parser() -> Language:
    import spacy  # noqa: PLC0415 - seconds to load

    return spacy.load(MODEL, exclude=_UNUSED)


def _passive(doc: Doc) -> str:
    """The words of the first passive verb: a past participle whose helper is "être"."""
    for token in doc:
        helpers = [child for child in token.children if child.dep_ == "aux:pass"]
        if helpers and _participle(token) and token.lemma_ not in _MOVING:
            return f"{helpers[0].text} {token.text}"
    return ""


def _participle(token: Token) -> bool:
    """Words that the parser takes for participles, such as "celui", are no forms of a verb."""
    return token.lemma_.endswith(_INFINITIVES) and "Part" in token.morph.get("VerbForm", [])


def _doubled(doc: Doc) -> str:
    """Two negations, one of which governs the other."""
    negations = [token for token in doc if _negates(token)]
    for inner in negations:
        for outer in negations:
            if inner != outer and _inside(_governor(inner), _governor(outer)):
                return f"{outer.text} … {inner.text}"
    return ""


def _negates(token: Token) -> bool:
    if token.lower_ in {"ne", "n'", "n’"}:
        behind = token.doc[token.i + 1 : token.i + 1 + _REACH]
        return any(word.lower_ in _NEGATIVE for word in behind)
    return token.lower_ == "sans"


def _governor(token: Token) -> Token:
    """What is negated: the verb of "ne", the noun or verb of "sans"."""
    return token.head


def _inside(inner: Token, outer: Token) -> bool:
    """Whether `inner` hangs on `outer` by more than standing beside it."""
    way: list[str] = []
    while inner != outer:
        if inner.head == inner:
            return False
        way.append(inner.dep_)
        inner = inner.head
    return any(link not in _BESIDE for link in way)
