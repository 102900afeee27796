"""Sealed bytes: unreadable without the key, bound to their owner, and noticed when tampered with."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.privacy.keys import derive

NONCE: Final = 12
BLOCK: Final = 256
"""Lengths are rounded up to a multiple of it: how long a seal is tells less of how much was said."""


class Broken(Exception):  # noqa: N818 - it says what the seal is
    """A seal that no key at hand opens for this owner: another key, another owner, or tampering."""


class Seals:
    """AES-256-GCM. `keys`: the newest first; it seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [AESGCM(derive(key, "seals")) for key in keys]

    def seal(self, content: bytes, owner: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._keys[0].encrypt(nonce, _pad(content), owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Raises `Broken`."""
        for key in self._keys:
            try:
                return _unpad(key.decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode()))
            except (InvalidTag, ValueError):  # ValueError: too short to be a seal at all
                continue
        raise Broken


def _pad(content: bytes) -> bytes:
    """A marking byte, then zeros, up to the next full block (ISO/IEC 7816-4)."""
    return content + b"\x80" + bytes(-(len(content) + 1) % BLOCK)


def _unpad(padded: bytes) -> bytes:
    return padded.rstrip(b"\x00")[:-1]
