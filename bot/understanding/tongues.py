"""The language of a text, by the library py3langid, among those that the assistant speaks. Loaded on first use."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from bot.conversation.events import Doubtful, InDanger, PerhapsInDanger, Puzzled, Said, Spoken, Topics

SPOKEN: Final = ("fr", "en", "es", "pt", "ar", "uk", "tr", "ro")
SURE: Final = 0.8  # below it, no language is named
UNDETERMINED: Final = "und"  # BCP 47
FEWEST: Final = 2  # words: one word alone is of many languages
_NOT_UNDERSTOOD: Final = Puzzled("not_understood")


def language_of(text: str) -> str:
    """The code of a language, or `UNDETERMINED` where it is not clear."""
    if len(text.split()) < FEWEST:
        return UNDETERMINED
    code, share = identifier().classify(text)
    return str(code) if share >= SURE else UNDETERMINED


def spoken(text: str, said: Said) -> Said:
    """What a text says, as `Spoken` where its words are free (no button's name, number or place) and clear."""
    free = said == _NOT_UNDERSTOOD or isinstance(said, Topics | Doubtful | InDanger | PerhapsInDanger)
    language = language_of(text) if free else UNDETERMINED
    return said if language == UNDETERMINED else Spoken(language, said)


@cache
def identifier() -> Any:
    """The library's, loaded once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - its tables are 50 MB

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(SPOKEN)
    found._full_model = None  # noqa: SLF001 - the other 89 languages: 28 MB that are never asked for
    return found
