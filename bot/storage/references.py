"""The short code that a person shows at the desk."""

from __future__ import annotations

import secrets
from typing import Final

LETTERS: Final = "CDFHJKMNPQRTVWXY"  # no vowels (no words), none that looks like a digit or another letter
DIGITS: Final = "34679"
LENGTH: Final = 8


def new() -> str:
    """A code without meaning, such as ``K7QM-4TXR``: some 35 bits, never guessed, checked for being unique
    by the database.
    """
    code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH))
    return f"{code[:4]}-{code[4:]}"


def tidy(typed: str) -> str:
    """The code as it was given out, from what a person typed: spaces, dashes and case do not matter."""
    bare = "".join(character for character in typed.upper() if character.isalnum())
    return f"{bare[:4]}-{bare[4:]}"
