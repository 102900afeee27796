"""`clairdroit locales check`: what it finds in a catalogue, and that ours have nothing of it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.editing.catalogues import check
from bot.texts import catalogues

ROOT = Path(__file__).parents[2]
PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
    "tr": "nplurals=1; plural=0;",
    "fr@falc": "nplurals=2; plural=(n > 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5);",
}


def catalogue(
    folder, language, entries, plurals="", head="# How it was made: by hand.\n# Reviewed by a person: no.\n"
):
    path = folder / "locales" / language / "LC_MESSAGES" / "clairdroit.po"
    path.parent.mkdir(parents=True)
    fields = [
        f'"Plural-Forms: {plurals or PLURALS[language]}\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
    ]
    path.write_text("\n".join([head + '#\nmsgid ""', 'msgstr ""', *fields, "", entries, ""]), "utf-8")
    return path


def found(folder, language, entries, **how):
    path = catalogue(folder, language, entries, **how)
    code = language.replace("@", "-x-")
    return [str(problem) for problem in check(code, path, "x.po").problems if not problem.warning]


def message(french, said, key="note.x"):
    return f'#. {key}\nmsgid "{french}"\nmsgstr "{said}"'


@pytest.mark.parametrize(
    ("language", "entry", "what"),
    [
        ("en", message("Moins de {x} ans.", "Under years."), "{x} is lost"),
        ("en", message("Moins de {x} ans.", "Under {x} or {y} years."), "{y} is not in the French"),
        ("en", message("Moins de {x} ans.", "Under {x} {years."), "a brace stands alone"),
        ("en", message("Avant 25 ans.", "Before you are grown up."), "25 is lost"),
        ("en", message("Avant 25 ans.", "Before 25, or 26."), "26 is not in the French"),
        ("en", message("Depuis dix-huit mois.", "For 19 months."), "19 is not in the French"),
        ("es", message("Trois mois au plus.", "Cuatro meses como máximo."), "3 is lost"),
        ("en", message("Retour", "Back to all that you have told us before, at the very beginning of it"), "64 at most") ,
        ("en", message("Votre âge ?", "Your age."), "only one of the two is a question"),
        ("en", message("Merci.", " Thanks."), "a space too many"),
        ("en", message("Merci.", r"Thanks.\n"), "line breaks"),
        ("en", message("Choisissez votre réponse.", "Choose votre answer."), "French is left (votre)"),
        ("en", message("Au moins 200 €.", "At least 200 €."), "before the figure"),
        ("tr", message("Au moins 200 €.", "En az 200 EUR."), "written with « € »"),
        ("ar", message("Le 03 86 62 00 00.", "الرقم 03 86 62 00 00"), "« 03 86 62 00 00 » is shown in reverse"),
        ("ar", message("Merci.", "\u2068شكرا"), "is not closed"),
        ("ar", message("RSA", "RSA (دخل أدنى)"), "U+200F is needed first"),
        ("en", 'msgid "{n} an"\nmsgid_plural "{n} ans"\nmsgstr[0] "{n} year"\nmsgstr[1] ""', "plural forms"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_the_french(tmp_path, language, entry, what):
    key = "button.back" if "Retour" in entry else "note.x"
    problems = found(tmp_path, language, entry.replace("note.x", key, 1))
    assert any(what in problem for problem in problems), problems
    assert all(problem.startswith("x.po:") and "French: «" in problem for problem in problems)


@pytest.mark.parametrize(
    ("language", "entry"),
    [
        ("en", message("Depuis dix-huit mois.", "For 18 months.")),
        ("en", message("Au moins 1 200,50 €.", "At least €1,200.50.")),
        ("en", message("Prime d'activité", "Prime d'activité (in-work benefit)")),
        ("en", message("L'attestation « je vous héberge »", "The paper « je vous héberge »")),
        ("tr", message("Au moins 1 200 €.", "En az €1.200.")),
        ("ar", message("Le 03 86 62 00 00.", "الرقم \u206603 86 62 00 00\u2069")),
        ("ar", message("RSA", "\u200fRSA (دخل أدنى)")),
        ("fr@falc", message("Avant votre départ, appelez.", "Vous partez ? Appelez.")),
        ("en", "# allow: number, English counts 12 hours\n" + message("Jusqu'à 19 h.", "Until 7 pm.")),
    ],
)
def test_what_is_right_passes(tmp_path, language, entry):
    assert found(tmp_path, language, entry) == []


def test_other_plurals_than_cldrs_and_a_head_that_tells_nothing(tmp_path):
    problems = found(tmp_path, "en", "", plurals="nplurals=1; plural=0;", head="# English.\n")
    assert "Plural-Forms is not CLDR's for en" in problems[0]
    assert sum("how it was made and who reviewed it" in problem for problem in problems) == 2


def test_the_command_prints_the_coverage_and_ends_with_1_on_a_fault(tmp_path, monkeypatch):
    (tmp_path / "rules").mkdir()
    (tmp_path / "content").mkdir()
    for name in ("messages.yml", "editors.yml"):
        (tmp_path / "content" / name).write_bytes((ROOT / "content" / name).read_bytes())
    entries = (
        message("Merci de {x}.", "Thanks.") + "\n\n" + message("Oui", "Yes") + "\n\n" + message("Non", "")
    )
    catalogue(tmp_path, "en", entries)
    monkeypatch.setenv("CLAIRDROIT_DATA", str(tmp_path))
    done = CliRunner().invoke(main, ["locales", "check", "--missing"])
    assert done.exit_code == 1
    assert "locales/en/LC_MESSAGES/clairdroit.po" in done.output
    assert "{x} is lost" in done.output
    assert "not translated: « Non »" in done.output
    assert "en : 1 phrases sur 3 (33 %)" in done.output
    assert "by hand." in done.output
    assert CliRunner().invoke(main, ["locales", "check", "xx"]).exit_code == 1


@pytest.mark.parametrize("language", catalogues(ROOT / "locales"))
def test_our_catalogues_have_no_fault(language):
    """After a change: clairdroit locales check"""
    path = catalogues(ROOT / "locales")[language]
    checked = check(language, path, path.relative_to(ROOT).as_posix())
    assert [str(problem) for problem in checked.problems if not problem.warning] == []
    assert checked.covered / checked.sentences >= 0.95
    assert checked.made
    assert checked.reviewed
