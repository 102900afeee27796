"""What one form of the page carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES: Final = 128 * 1024
"""A message of 10,000 characters still passes when each is four bytes, percent-encoded."""
_MOST_FIELDS: Final = 64


@dataclass(frozen=True, slots=True)
class Form:
    """`once` is the form's own number: the same form sent twice is one message. A press has no `text`."""

    token: str = field(repr=False)
    once: str
    prompt: str
    action: str
    ticks: frozenset[str]
    text: str | None = field(repr=False)


async def read(request: Request) -> Form:
    """Raises HTTPException: 413 when it is too long, 400 when it is no form."""
    fields = _fields(await _body(request))

    def first(name: str) -> str:
        return fields.get(name, [""])[0]

    return Form(
        token=first("token"),
        once=first("once"),
        prompt=first("prompt"),
        action=first("action"),
        ticks=frozenset(fields.get("tick", ())),
        text=first("text") if "text" in fields and "action" not in fields else None,
    )


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None  # the cause would quote what was written


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(body)
