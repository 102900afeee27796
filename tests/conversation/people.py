"""Three people whose conversations are kept as examples/*.script and golden/*.txt.

The scripts are written by playing the conversation truthfully from these facts: run the golden tests with
CLAIRDROIT_GOLDEN=1 after the rules or the sentences have changed, and read the difference before committing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.conversation.scene import Scene
from bot.conversation.simulate import Exact, _holds
from bot.eligibility.model import Question
from tests.conversation.vocabulary import Chat, plain


@dataclass(frozen=True)
class Somebody:
    """`life` heads the script; `rounds` are lines before questions, `after` those at the end; `asides` are lines said
    before the answer to a fact; numbers in `typed` are typed exactly (their bands change with the law); facts in `declined` are not told; a yes/no fact
    that is not named is no."""

    name: str
    life: tuple[str, ...]
    rounds: tuple[tuple[str, ...], ...]
    facts: Mapping[str, Exact]
    after: tuple[str, ...]
    asides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typed: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


NADIA = Somebody(
    name="nadia",
    life=("Nadia, 34 ans, élève seule ses deux enfants. Elle travaille à mi-temps.", "Elle n'arrive plus à payer son loyer."),
    rounds=(("Commencer", "Logement et loyer"),),
    facts={
        "age": 34, "couple": "no", "children": 2, "youngest_child": 5, "newly_alone": "no", "child_support": 0,
        "household_income": 90000, "work_income": 90000, "housing": "tenant", "rent": 52000, "residence": "french",
        "disability": "none", "work": "only", "other_parent": "none", "home": "joigny", "unpaid_bills": "yes",
    },
    asides={"household_income": ("Pourquoi ?",)},
    typed=frozenset({"household_income", "rent", "children"}),
    after=("Aide au logement", "Prendre rendez-vous", "Joigny", "Plus de créneaux", "a"),
)  # fmt: skip
GEORGES = Somebody(
    name="georges",
    life=("Georges, 67 ans, vit seul avec une petite retraite.", "Il est propriétaire de sa maison."),
    rounds=(("Commencer", "Autres sujets", "Retraite et grand âge"),),
    asides={"age": ("Retour", "710,00 €")},
    typed=frozenset({"household_income"}),
    facts={
        "age": 67, "couple": "no", "children": 0, "household_income": 71000, "work": "none", "housing": "owner",
        "residence": "french", "disability": "none", "home": "joigny",
    },
    after=("Minimum vieillesse", "Prendre rendez-vous", "89300", "Joigny (89300)", "a"),
)  # fmt: skip
KARIM = Somebody(
    name="karim",
    life=("Karim, 22 ans, dort chez des amis. Il n'a pas d'adresse sûre.", "Il ne veut pas parler de ses papiers."),
    rounds=(("Commencer", "Papiers et adresse"), ("Un autre sujet", "Se soigner")),
    facts={
        "age": 22, "couple": "no", "children": 0, "household_income": 0, "housing": "passing", "work": "none",
        "disability": "none", "home": "joigny",
    },
    declined=frozenset({"residence"}),
    typed=frozenset({"age", "children", "household_income"}),
    after=("Domiciliation", "Prendre rendez-vous", "joigny", "Un autre lieu", "b", "a"),
)  # fmt: skip
PEOPLE = {person.name: person for person in (NADIA, GEORGES, KARIM)}


def script(person: Somebody, chat: Chat) -> Iterator[str]:
    """The lines of this person's conversation, as they are said to the real conversation."""

    def said(line: str) -> str:
        chat.say(line)
        return line

    told: set[str] = set()
    for lines in person.rounds:
        yield from map(said, lines)
        yield from questions(person, chat, told, said)
    yield from map(said, person.after)


def questions(person: Somebody, chat: Chat, told: set[str], said: Callable[[str], str]) -> Iterator[str]:
    while question := Scene(chat.state, chat.world).question:
        alone = question.fact if len(question.facts) == 1 else ""
        for line in person.asides.get(alone, ()) if alone not in told else ():
            yield said(line)
        told.add(alone)
        for line in answer(person, question, chat):
            yield said(line)


def answer(person: Somebody, question: Question, chat: Chat) -> list[str]:
    """A label or a number; of boxes the labels of all that hold, then the button below them."""
    labels = [plain(button.label) for button in chat.reply.prompt.buttons]
    if len(question.facts) > 1:
        if person.declined.intersection(question.facts):
            return ["Je préfère ne pas dire"]
        asked = zip(labels, question.facts, question.pairs, strict=True)
        ticked = [label for label, fact, ends in asked if _holds(ends[0], person.facts.get(fact, "no"))]
        return [
            *ticked,
            chat.world.phrases["fr"].say("button.send_ticked" if ticked else "button.none_of_these"),
        ]
    fact = chat.world.rules.facts[question.fact]
    if fact.name in person.declined:
        return ["Je préfère ne pas dire"]
    value = person.facts.get(fact.name, "no" if fact.type == "yes_no" else None)
    if value is None:
        return ["Je ne sais pas"]
    if fact.name in person.typed and isinstance(value, int):
        return [f"{value / 100:.2f}".replace(".", ",") + " €" if fact.type == "amount" else str(value)]
    if not labels and isinstance(value, int):
        return [f"{value / fact.scale:g}".replace(".", ",")]
    return [labels[next(i for i, choice in enumerate(question.choices) if _holds(choice, value))]]
