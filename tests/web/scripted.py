"""A small conversation of the shape the real one has, for what concerns the channel alone: every kind of block,
button and file, without the time and the data that the real one takes. It keeps what was said, for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.conversation.messages import Block, Button, File, Given, Message, Prompt, Reply
from bot.dialogue import Incoming, Person, Press, Text

STANDING = (
    Button("Je ne sais pas", "dont_know"),
    Button("Pourquoi cette question ?", "why"),
    Button("Retour", "back"),
)
MENU = (
    Button("Recommencer", "restart"),
    Button("Parler à une personne", "human"),
    Button("العربية", "arabic"),
    Button("Tout effacer", "erase"),
)
URGENT = Message(
    (
        Block("title", "Vous êtes en danger ?"),
        Block("text", "Appelez maintenant. C'est gratuit, et l'appel n'apparaît pas sur la facture."),
        Block("link", "Appeler le 3919", href="tel:3919"),
    ),
    urgent=True,
)


def text(*sentences: str) -> tuple[Block, ...]:
    return tuple(Block("text", sentence) for sentence in sentences)


GREETING = Prompt(
    text(
        "Bonjour. Je vous aide à trouver vos droits, sans demander votre nom.", "Qu'est-ce qui vous amène ?"
    ),
    id="hello",
    buttons=(
        Button("Mes ressources", "income"),
        Button("Mon logement", "housing"),
        Button("Ma santé", "health"),
    ),
    menu=MENU,
    wants="words",
)
ASKED = {
    "hello": GREETING,
    "couple": Prompt(
        text("Vivez-vous en couple ?"),
        id="couple",
        buttons=(Button("Oui", "yes"), Button("Non", "no")),
        standing=STANDING,
        menu=MENU,
    ),
    "several": Prompt(
        text("Qu'est-ce qui est vrai pour vous ?"),
        id="several",
        buttons=(
            Button("J'attends un enfant", "pregnant", ticked=False),
            Button("Je suis reconnu handicapé", "disabled", ticked=False),
            Button("J'ai des enfants à charge", "children", ticked=True),
            Button("Rien de tout cela", "done"),
        ),
        standing=STANDING,
        menu=MENU,
    ),
    "income": Prompt(
        (
            Block("text", "Quelles sont les ressources de votre foyer, par mois ?"),
            Block("note", "Salaires, chômage, pensions, indemnités. Sans les aides au logement."),
        ),
        id="income",
        buttons=(
            Button("Moins de 651 €", "low"),
            Button("De 651 € à 978 €", "middle"),
            Button("Plus de 978 €", "high"),
        ),
        standing=STANDING,
        menu=MENU,
        wants="number",
    ),
    "place": Prompt(
        text("Dans quelle commune vivez-vous ?"), id="place", standing=STANDING, menu=MENU, wants="place"
    ),
    "results": Prompt(
        (
            Block("title", "Vous avez probablement droit au RSA"),
            Block("item", "Avoir 25 ans ou plus, ou un enfant à charge.", mark="yes"),
            Block("item", "Avoir moins de 978 € de ressources par mois.", mark="open"),
            Block("item", "Ne pas être étudiant.", mark="no"),
            Block("text", "Papiers à apporter :"),
            Block("item", "Une pièce d'identité. Celle que vous avez.", name="Une pièce d'identité"),
            Block("link", "Le texte de loi", href="https://www.legifrance.gouv.fr/"),
            Block("link", "Ne s'ouvre pas", href="javascript:alert(1)"),
            Block("link", "Appeler le 01 99 00 12 34", href="tel:+33199001234"),
        ),
        id="results",
        buttons=(
            Button("Mardi 24 novembre, 9 h 30", "slot1", main=True),
            Button("Mardi 24 novembre, 10 h", "slot2"),
            Button("Plus d'horaires", "more"),
        ),
        standing=STANDING,
        menu=MENU,
    ),
    "booked": Prompt(
        (
            Block("title", "Votre rendez-vous est pris"),
            Block("text", "Mardi 24 novembre à 9 h 30, au CCAS de Joigny."),
            Block("code", "K7M4P"),
        ),
        id="booked",
        buttons=(Button("Annuler ce rendez-vous", "cancel"),),
        menu=MENU,
    ),
}
ORDER = list(ASKED)
LABELS = {
    "hello": "Ce qui vous amène", "couple": "En couple", "income": "Ressources de votre foyer, par mois",
    "place": "Votre commune", "results": "Rendez-vous", "booked": "Rendez-vous",
}  # fmt: skip
ICS = File("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


@dataclass
class Place:
    at: int = 0
    notices: tuple[Message, ...] = ()
    ticks: set[str] = field(default_factory=lambda: {"children"})
    given: tuple[Given, ...] = ()
    language: str = "fr"
    last: str = ""


class ScriptedTalks:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Incoming]] = []
        self.people: dict[str, Place] = {}

    async def forget(self, person: Person) -> None:
        self.people.pop(person.id, None)

    async def show(self, person: Person) -> Reply:
        return self._reply(self.people.get(person.id, Place()))

    async def turn(self, person: Person, incoming: Incoming, *, delivery: str = "") -> Reply:
        place = self.people.setdefault(person.id, Place())
        if delivery and delivery == place.last:
            return self._reply(place)
        place.last = delivery
        self.heard.append((person.id, incoming))
        place.notices = ()
        self._take(place, incoming)
        if incoming == Press(ORDER[0], "erase") or (
            isinstance(incoming, Press) and incoming.action == "erase"
        ):
            del self.people[person.id]
            return replace(self._reply(Place()), erased=True)
        return self._reply(place)

    def _take(self, place: Place, incoming: Incoming) -> None:
        prompt = ASKED[ORDER[place.at]]
        if isinstance(incoming, Text):
            self._read(place, prompt, incoming.text)
        elif isinstance(incoming, Press) and incoming.prompt != prompt.id:
            place.notices = (Message(text("Ce bouton est ancien. Voici où nous en sommes.")),)
        elif isinstance(incoming, Press):
            self._press(place, prompt, incoming.action)

    def _read(self, place: Place, prompt: Prompt, written: str) -> None:
        if "frappe" in written:
            place.notices = (URGENT,)
        elif "panne" in written:
            raise RuntimeError("broken on purpose")
        elif len(written) > 10_000:
            place.notices = (Message(text("C'est trop long. Écrivez une ou deux phrases.")),)
        elif prompt.wants != "nothing" and written.strip():
            self._next(place, prompt, "donné par écrit")
        else:
            place.notices = (Message(text("Je n'ai pas compris. Choisissez un bouton.")),)

    def _press(self, place: Place, prompt: Prompt, action: str) -> None:
        if action in {"pregnant", "disabled", "children"}:
            place.ticks ^= {action}
        elif action.startswith("mend"):
            self._return(place, int(action.removeprefix("mend")))
        elif action == "back":
            self._return(place, max(0, place.at - 1))
        elif action == "why":
            place.notices = (Message(text("Cette réponse décide du RSA et de la prime d'activité.")),)
        elif action == "arabic":
            place.language = "ar"
        elif action == "restart":
            place.at, place.given = 0, ()
        else:
            labels = {button.action: button.label for button in (*prompt.buttons, *prompt.standing)}
            self._next(place, prompt, labels.get(action, "?"))

    def _return(self, place: Place, at: int) -> None:
        place.at, place.given = at, tuple(given for given in place.given if given.turn < at)

    def _next(self, place: Place, prompt: Prompt, answer: str) -> None:
        boxes = [box for box in prompt.buttons if box.ticked is not None]
        said = [(box.label, box.action in place.ticks) for box in boxes] or [(LABELS[prompt.id], answer)]
        for label, told in said:
            words = {True: "Oui", False: "Non"}.get(told, told)
            place.given += (Given(label, words, f"mend{place.at}", place.at, told is False),)
        place.at = min(place.at + 1, len(ORDER) - 1)

    def _reply(self, place: Place) -> Reply:
        prompt = ASKED[ORDER[place.at]]
        if prompt.id == "several":
            shown = [
                replace(box, ticked=box.action in place.ticks) if box.ticked is not None else box
                for box in prompt.buttons
            ]
            prompt = replace(prompt, buttons=tuple(shown))
        files = (ICS,) if prompt.id == "booked" else ()
        return Reply(prompt, place.notices, files, place.given, place.language)
