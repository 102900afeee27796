"""What our bot sends, read with aiogram's description of the Bot API: neither ours nor the client's that we use."""

from __future__ import annotations

from typing import Any

from aiogram import methods
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup
from pydantic import ValidationError

_KINDS = {name.lower(): getattr(methods, name) for name in methods.__all__}


def complaint(name: str, params: dict[str, Any]) -> str:
    """What is wrong with this call; empty when nothing is."""
    kind = _KINDS.get(name.lower())
    if kind is None:
        return f"{name} is no method"
    unknown = set(params) - set(kind.model_fields)
    if unknown:
        return f"{name} knows no {sorted(unknown)}"
    try:
        kind.model_validate({key: _file(value) for key, value in params.items()})
        if "inline_keyboard" in (
            params.get("reply_markup") or {}
        ):  # else another kind of markup would let it pass
            InlineKeyboardMarkup.model_validate(params["reply_markup"])
    except ValidationError as error:
        return f"{name}: {error}"
    return ""


def _file(value: Any) -> Any:
    """A file came as its name and content."""
    return BufferedInputFile(value[1], value[0]) if isinstance(value, tuple) else value
