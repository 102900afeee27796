"""The short code that a person shows at the desk."""

from __future__ import annotations

import secrets
from typing import Final

LETTERS: Final = "CDFHJKMNPQRTVWXY"  # no vowels (no words), none that looks like a digit or another letter
DIGITS: Final = "34679"
LENGTH: Final = 8
LONGEST: Final = 20
"""Characters of a code as somebody types it, spaces and dashes included."""


def new() -> str:
    """A code without meaning, such as ``K7QM-4TXR``: some 35 bits, never guessed, checked for being unique
    by the database.
    """
    code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH))
    return f"{code[:4]}-{code[4:]}"


def is_one(typed: str) -> bool:
    """Whether this may be such a code: no word and no number passes for one."""
    bare = tidy(typed).replace("-", "")
    known = len(bare) == LENGTH and all(character in LETTERS + DIGITS for character in bare)
    return known and not bare.isdigit() and len(typed) <= LONGEST


def tidy(typed: str) -> str:
    """The code as it was given out, from what a person typed: spaces, dashes and case do not matter."""
    bare = "".join(character for character in typed.upper() if character.isalnum())
    return f"{bare[:4]}-{bare[4:]}"
