"""What a person writes, in front of each kind of question, and what is made of it."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.events import Asked, Chosen, Code, Command, InDanger, Number, Places, Puzzled, Topics
from bot.conversation.messages import Button, Prompt
from bot.understanding.model import UNKNOWN

CONTENT = Path(__file__).parents[2] / "content"
STANDING = (Button("Je ne sais pas", "dk"), Button("Pourquoi ?", "why"), Button("Retour", "back"))
MENU = (Button("Recommencer", "restart"), Button("Tout effacer", "erase"))
YES_NO = Prompt(
    (),
    id="q",
    buttons=(Button("Oui", "yes"), Button("Non", "no")),
    standing=STANDING,
    menu=MENU,
    wants="words",
)
HOUSING = Prompt(
    (),
    id="q",
    buttons=(
        Button("Je loue mon logement", "tenant"),
        Button("Je suis propriétaire", "owner"),
        Button("Je suis hébergé", "hosted"),
    ),
    standing=STANDING,
    wants="words",
)
AMOUNT = Prompt(
    (),
    id="q",
    buttons=(Button("Moins de 651 €", "low"), Button("651 € ou plus", "high")),
    standing=STANDING,
    wants="number",
)
COMMUNE = Prompt((), id="q", wants="place")
FREE = Prompt((), id="q")


@pytest.mark.parametrize(
    "text", ["Oui", "oui", "OUI !", "ouais", "oui merci", "oui je vis avec lui", "yes", "sí", "نعم", "так"]
)
def test_yes(reader, text):
    assert reader.read(text, "fr", YES_NO) == Chosen("yes")


@pytest.mark.parametrize("text", ["Non", "non", "non merci", "non je vis seule", "nan", "no", "hayır", "لا"])
def test_no(reader, text):
    assert reader.read(text, "fr", YES_NO) == Chosen("no")


@pytest.mark.parametrize(
    "text",
    [
        "oui et non",
        "oui mais pas toujours",
        "non plus depuis mars",
        "oui ou non",
        "non enfin si",
        "no vivo sola",
    ],
)
def test_a_doubtful_yes_or_no_is_asked_again(reader, text):
    assert reader.read(text, "fr", YES_NO) == Puzzled("not_understood")


@pytest.mark.parametrize(
    "text",
    [
        "/start",
        "retour",
        "pourquoi",
        "résultats",
        "recommencer",
        "parler à une personne",
        "langue",
        "effacer",
        "stop",
    ],
)
def test_the_words_of_the_telegram_menu_are_wishes(reader, text):
    assert isinstance(reader.read(text, "fr", FREE), Asked)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Je loue mon logement", "tenant"),
        ("je loue", "tenant"),
        ("je loue mon logment", "tenant"),
        ("Je loue mon logement depuis 2 ans", "tenant"),
        ("je suis propriétaire", "owner"),
        ("JE SUIS PROPRIETAIRE", "owner"),
        ("je suis\u00a0hébergé", "hosted"),
    ],
)
def test_a_choice_is_named_by_its_words(reader, text, action):
    assert reader.read(text, "fr", HOUSING) == Chosen(action)


def test_words_that_fit_two_choices_choose_none(reader):
    assert reader.read("je suis", "fr", HOUSING) == Puzzled("not_understood")


def test_labels_of_the_standing_row_and_the_menu_can_be_typed(reader):
    assert reader.read("pourquoi", "fr", YES_NO) == Chosen("why")
    assert reader.read("tout effacer", "fr", YES_NO) == Chosen("erase")


def test_a_box_that_can_be_ticked_is_named_by_its_label(reader):
    prompt = Prompt((), id="q", buttons=(Button("Je vis en couple", "b0", ticked=False),), wants="words")
    assert reader.read("je vis en couple", "fr", prompt) == Chosen("b0")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 200,50 €", Number(Decimal("1200.50"))),
        ("environ 800", Number(Decimal(800))),
        ("-5", Puzzled("negative")),
        ("beaucoup", Puzzled("vague")),
        ("moins de 651 €", Chosen("low")),
        ("moins de 600 €", Puzzled("vague")),
        ("voiture", Puzzled("not_a_number")),
        ("je sais pas", Asked("dont_know")),
    ],
)
def test_a_number_is_asked(reader, text, said):
    assert reader.read(text, "fr", AMOUNT) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("j'habite à 89300 Joigny", Places(("89206",))),
        ("Joigny", Places(("89206",))),
        ("Trifouilly-les-Oies", Puzzled("unknown_place")),
        ("je ne sais pas", Asked("dont_know")),
        ("nulle part", Puzzled("unknown_place")),
        ("je suis à la rue", InDanger("crisis_shelter")),
    ],
)
def test_a_place_is_asked(reader, text, said):
    assert reader.read(text, "fr", COMMUNE) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("   \n ", "empty"),
        ("x " * 5000, "too_long"),
        ("a" * 10_000, "too_long"),
        ("x" * 200, "unreadable"),
        ("\x00\x01\x02", "unreadable"),
        ("%PDF-1.7 \x93\x8c", "unreadable"),
        ("abc\ufffd\ufffd", "unreadable"),
        ("🙂", "not_text"),
        ("👍👍👍", "not_text"),
        ("?!…", "not_text"),
        ("asdfgh", "not_understood"),
    ],
)
@pytest.mark.parametrize("prompt", [YES_NO, FREE])
def test_what_cannot_be_read_is_said_to_be_so(reader, text, why, prompt):
    assert reader.read(text, "fr", prompt) == Puzzled(why)


COMMANDS = [
    ("start", ["/start", "commencer", "start"]),
    (
        "start",
        ["Bonjour !", "slt", "hello", "hola", "bom dia", "bună ziua", "merhaba", "привіт", "السلام عليكم"],
    ),
    ("start", ["je veux de l'aide", "je cherche des aides"]),
    ("restart", ["recommencer", "je veux recommencer", "tout recommencer", "start again"]),
    ("back", ["retour", "revenir en arrière", "question précédente", "je me suis trompé", "volver", "رجوع"]),
    ("why", ["pourquoi ?", "pourquoi cette question", "à quoi ça sert ?", "why", "لماذا"]),
    (
        "dont_know",
        [
            "je ne sais pas",
            "chais pas",
            "jsp",
            "aucune idée",
            "je comprends pas la question",
            "I don't know",
            "no sé",
            "لا أعرف",
        ],
    ),
    ("decline", ["je préfère ne pas répondre", "je ne veux pas répondre", "c'est privé", "passer"]),
    (
        "human",
        [
            "je veux parler à quelqu'un",
            "parler à un humain",
            "un conseiller svp",
            "je voudrais voir une assistante sociale",
        ],
    ),
    ("erase", ["effacer", "effacez mes données", "supprimer mes données", "delete my data"]),
    ("stop", ["STOP", "stop", "arrêter", "au revoir", "стоп", "توقف"]),
    ("results", ["résultats", "à quoi j'ai droit ?", "mes droits"]),
    ("book", ["rendez-vous", "rdv", "je veux prendre rendez-vous", "je voudrais un rdv"]),
    ("cancel", ["annuler mon rendez-vous", "je voudrais annuler mon rdv"]),
    ("reschedule", ["déplacer mon rendez-vous", "je voudrais changer mon rdv", "un autre jour"]),
    (
        "appointments",
        ["mes rendez-vous", "mon rdv", "à quelle heure est mon rendez-vous ?", "my appointment"],
    ),
    ("late", ["je serai en retard", "J'arrive en retard", "je vais être un peu en retard", "running late"]),
    ("language", ["langue", "changer de langue", "language"]),
    ("summary", ["résumé", "mes réponses"]),
]


@pytest.mark.parametrize("prompt", [AMOUNT, COMMUNE, FREE], ids=["number", "place", "free"])
@pytest.mark.parametrize("text", ["K7QM-4TXR", "k7qm4txr", " K7QM 4TXR ", "k7qm – 4txr"])
def test_the_code_of_an_appointment_is_known_wherever_it_is_typed(reader, text, prompt):
    assert reader.read(text, "fr", prompt) == Code("K7QM-4TXR")


@pytest.mark.parametrize(
    "text", ["34679346", "bonjour", "K7QM-4TX", "mon code est K7QM-4TXR", "89300", "rythmxyz"]
)
def test_a_number_or_a_word_is_no_code(reader, text):
    assert not isinstance(reader.read(text, "fr", FREE), Code)


def test_every_command_has_words():
    assert {command for command, _ in COMMANDS} == set(get_args(Command))


@pytest.mark.parametrize(
    ("command", "text"), [(command, text) for command, texts in COMMANDS for text in texts]
)
@pytest.mark.parametrize("prompt", [AMOUNT, COMMUNE, FREE], ids=["number", "place", "free"])
def test_a_wish_is_heard_whatever_is_asked(reader, command, text, prompt):
    if reader.read(text, "fr", prompt) != Asked(command):
        standing = {"je ne sais pas": "dk", "pourquoi ?": "why", "retour": "back"}
        assert reader.read(text, "fr", prompt) == Chosen(standing[text])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("anglais", "en"),
        ("English please", "en"),
        ("عربي", "ar"),
        ("українська", "uk"),
        ("en français svp", "fr"),
    ],
)
def test_a_language_is_named(reader, text, code):
    assert reader.read(text, "fr", FREE) == Asked("language", code)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("jarive pu a payé mon loyé", ("housing",)),
        ("j'ai des dettes", ("debt",)),
        ("comment toucher le rsa", ("income",)),
        ("je n'ai pas de mutuelle", ("health",)),
        ("mon fils est handicapé", ("disability",)),
        ("edf m'a coupé l'électricité", ("energy",)),
        ("ma retraite est trop petite", ("ageing",)),
        ("je suis au chomage", ("work",)),
        ("colis alimentaire", ("food",)),
        ("domiciliation", ("papers",)),
        ("je divorce", ("justice",)),
        ("je suis enceinte", ("children",)),
    ],
)
def test_a_topic_is_heard_in_words(reader, text, names):
    assert reader.read(text, "fr", FREE) == Topics(names)


def test_several_topics_of_one_message_are_all_kept(reader):
    said = reader.read("je peux plus payer mon loyer et j'ai des dettes de crédits", "fr", FREE)
    assert isinstance(said, Topics)
    assert set(said.names) == {"housing", "debt"}


def test_the_examples_name_the_topics_that_there_are():
    topics = {
        topic["name"] for topic in yaml.safe_load((CONTENT / "topics.yml").read_text("utf-8"))["topics"]
    }
    nlu = yaml.safe_load((CONTENT / "utterances" / "fr.yml").read_text("utf-8"))["nlu"]
    assert {block["intent"] for block in nlu} == topics | {UNKNOWN}
    assert all(len(block["examples"].splitlines()) >= 24 for block in nlu)


def test_the_pipeline_for_rasa_is_whole():
    config = yaml.safe_load((CONTENT.parent / "config.yml").read_text("utf-8"))
    names = [component["name"] for component in config["pipeline"]]
    assert names[0].endswith("Tokenizer")
    assert any(name.endswith("Classifier") for name in names)
    assert config["language"] == "fr"
    assert all(
        block["examples"].startswith("- ")
        for block in yaml.safe_load((CONTENT / "utterances" / "fr.yml").read_text("utf-8"))["nlu"]
    )


@given(st.text(max_size=500), st.sampled_from([YES_NO, HOUSING, AMOUNT, COMMUNE, FREE]))
def test_any_text_is_read(reader, text, prompt):
    reader.read(text, "fr", prompt)


def test_reading_is_quick(reader):
    texts = [text for _, group in COMMANDS for text in group] + [
        "j'habite à 89300 Joigny avec mes deux enfants et je suis au chômage"
    ] * 20
    for text in texts:
        reader.read(text, "fr", FREE)
    spent = []
    for text in texts * 3:
        started = time.process_time()
        reader.read(text, "fr", FREE)
        spent.append(time.process_time() - started)
    assert (
        sorted(spent)[int(len(spent) * 0.95)] <= 0.03
    )  # of a busy machine; `clairdroit bench understanding` measures
