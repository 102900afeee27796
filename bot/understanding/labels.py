"""Which button somebody names in words."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from bot.conversation.messages import Prompt
from bot.folding import fold
from bot.understanding.commands import Commands
from bot.understanding.phrases import Phrases, sound

FEWEST = 4  # letters of what is taken for part of a label
ALIKE = 0.85  # of the letters, for a label with slips


def exact(text: str, prompt: Prompt) -> str | None:
    """The action of the button with this very label, case, accents and spaces apart."""
    wanted = fold(text)
    every = (*prompt.buttons, *prompt.standing, *prompt.menu)
    return next((button.action for button in every if wanted and fold(button.label) == wanted), None)


def near(bare: str, prompt: Prompt, commands: Commands) -> str | None:
    """The action of the one choice that these sounds name: yes or no, part of its label, or with slips.

    Where two choices are as near, none is taken.
    """
    labels = {button.action: sound(button.label) for button in prompt.buttons if button.ticked is None}
    if (meaning := commands.agrees(bare)) and (action := _only(labels, _beginning_with(meaning))):
        return action
    if len(bare) < FEWEST or (prompt.wants == "number" and any(letter.isdigit() for letter in bare)):
        return None
    return (
        _only(labels, lambda label: label == bare)
        or _only(labels, lambda label: _part(bare, label))
        or _only(labels, lambda label: difflib.SequenceMatcher(None, bare, label).ratio() >= ALIKE)
    )


def _part(bare: str, label: str) -> bool:
    """Whether one begins with the other, or a sentence holds the whole label."""
    return f"{label} ".startswith(f"{bare} ") or (len(label) >= FEWEST and f" {label} " in f" {bare} ")


def _only(labels: dict[str, str], fits: Callable[[str], bool]) -> str | None:
    found = [action for action, label in labels.items() if fits(label)]
    return found[0] if len(found) == 1 else None


def _beginning_with(meaning: Phrases) -> Callable[[str], bool]:
    return lambda label: meaning.are(label.split(" ")[0])
