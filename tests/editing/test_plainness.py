"""What is hard to read, as an editor is told it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from bot.editing import grammar
from bot.editing.exemptions import exemptions
from bot.editing.findings import Finding
from bot.editing.plainness import doubts, findings
from bot.editing.sentences import Sentence, sentences
from bot.editing.words import Hard, too_long, unexplained
from bot.eligibility.model import Place
from bot.eligibility.problems import Mistake

ROOT = Path(__file__).parents[2]
PLAIN = ROOT / "content" / "plain"


def say(text: str, near: str = "m", file: str = "content/messages.yml") -> Sentence:
    return Sentence(text, Place(file, 3, 1), near)


@pytest.fixture(scope="session")
def told() -> dict[str, str]:
    """What the parser finds in each of these sentences, parsed once: the rule, or nothing."""
    texts = [
        "La demande est examinée par la Caf.",
        "Votre dossier a été refusé.",
        "L'aide peut être versée au propriétaire.",
        "La Caf examine votre demande.",
        "Vous êtes venu au rendez-vous.",
        "Le montant est celui des petites villes.",
        "Vous ne pouvez pas faire la demande sans justificatif.",
        "Ne renvoyez pas le papier que vous n'avez pas signé.",
        "Vous n'avez pas de logement.",
        "Vous ne payez que la moitié.",
        "Je ne garde pas votre nom et je n'écris rien.",
        "Vous pouvez venir sans rendez-vous.",
        "Avoir moins de {amount} par mois.",
    ]
    found = list(grammar.hard_to_parse([say(text) for text in texts]))
    return dict.fromkeys(texts, "") | {each.sentence.text: each.rule for each in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("La demande est examinée par la Caf.", "passive"),
        ("Votre dossier a été refusé.", "passive"),
        ("L'aide peut être versée au propriétaire.", "passive"),
        ("La Caf examine votre demande.", ""),
        ("Vous êtes venu au rendez-vous.", ""),
        ("Le montant est celui des petites villes.", ""),
        ("Vous ne pouvez pas faire la demande sans justificatif.", "negation"),
        ("Ne renvoyez pas le papier que vous n'avez pas signé.", "negation"),
        ("Vous n'avez pas de logement.", ""),
        ("Vous ne payez que la moitié.", ""),
        ("Je ne garde pas votre nom et je n'écris rien.", ""),
        ("Vous pouvez venir sans rendez-vous.", ""),
        ("Avoir moins de {amount} par mois.", ""),
    ],
)
def test_passive_voice_and_doubled_negations(told: dict[str, str], text: str, rule: str) -> None:
    assert told[text] == rule


def test_a_sentence_holds_twenty_words_signs_not_counted() -> None:
    assert not list(too_long([say(" ".join(["mot"] * 20) + " : « ! »")]))
    [finding] = too_long([say(" ".join(["mot"] * 21))])
    assert finding.problem.what.startswith("21 words") and finding.problem.place.line == 3


def hard(*texts: str, word: str = "MDPH", explained: tuple[str, ...] = ("maison du handicap",), instead: str = "",
         near: tuple[str, ...] = ("m", "m")) -> list[Finding]:  # fmt: skip
    shown = [say(text, place) for text, place in zip(texts, near, strict=False)]
    return list(unexplained(shown, [Hard(word, explained, instead)]))


def test_a_hard_word_is_explained_where_it_is_shown() -> None:
    assert not hard("Allez à la MDPH.", "C'est la maison du handicap.")
    assert hard("Allez à la MDPH.", "C'est la maison du handicap.", near=("m", "other"))
    [finding] = hard("Allez à la MDPH.", "La MDPH répond.")
    assert (
        "« maison du handicap »" in finding.problem.remedy and "« Allez à la MDPH. »" in finding.problem.what
    )


def test_hard_words_are_found_in_the_plural_acronyms_as_they_are() -> None:
    assert hard("Les prestations changent.", word="prestation", explained=(), instead="aide")
    assert not hard("Une CLICHE.", word="CLIC") and not hard("Un clic suffit.", word="CLIC")


def test_every_sentence_has_its_place_and_stands_alone() -> None:
    found = [each for each in sentences(ROOT) if each.place.file == "content/messages.yml"]
    texts = [each.text for each in found]
    assert "Nous devons revoir cette règle." in texts and "Elle a peut-être changé." in texts
    line = (ROOT / "content" / "messages.yml").read_text("utf-8").splitlines()
    first = found[texts.index("Nous devons revoir cette règle.")]
    assert "Nous devons revoir" in line[first.place.line - 1]


def folder(path: Path, exempt: str, message: str) -> Path:
    """A data folder of one message."""
    copytree(PLAIN, path / "content" / "plain")
    (path / "content" / "plain" / "exemptions.yml").write_text(exempt, "utf-8")
    (path / "content" / "messages.yml").write_text(message, "utf-8")
    return path


LONG = " ".join(["mot"] * 25) + "."


def test_an_exemption_names_the_sentence_and_its_reason(tmp_path: Path) -> None:
    data = folder(tmp_path / "a", f'long:\n  "{LONG}": parce que\n', f"a: {LONG}\n")
    assert not doubts(data, parse=False)
    assert (
        len(doubts(folder(tmp_path / "b", f'passive:\n  "{LONG}": parce que\n', f"a: {LONG}\n"), parse=False))
        == 1
    )
    with pytest.raises(Mistake, match="empty"):
        exemptions(folder(tmp_path / "c", f'long: {{"{LONG}": ""}}\n', "a: b\n"))


@pytest.mark.parametrize(("comment", "told"), [("# plain: long, la loi le dit ainsi", 0), ("# plain: long", 1),
                                               ("# plain: jargon, autre règle", 1)])  # fmt: skip
def test_an_exemption_beside_the_sentence_needs_its_rule_and_a_reason(
    tmp_path: Path, comment: str, told: int
) -> None:
    data = folder(tmp_path, "long: {}\n", f"{comment}\na: {LONG}\n")
    assert len(doubts(data, parse=False)) == told


def test_what_no_sentence_needs_any_more_is_told(tmp_path: Path) -> None:
    exempt = exemptions(folder(tmp_path, f'long:\n  "{LONG}": parce que\n', "a: b\n"))
    assert not list(exempt.without(findings([say("Bref.")], tmp_path, parse=False)))
    [problem] = exempt.useless()
    assert problem.warning and "nothing needs this exemption" in problem.what


@pytest.mark.slow
def test_the_shipped_sentences_are_plain_or_exempt_for_a_reason() -> None:
    assert [str(problem) for problem in doubts(ROOT, parse=True)] == []
