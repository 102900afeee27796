"""One key is kept by the operator; every use of it has a key of its own, so that none gives away another."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(key: bytes, purpose: str) -> bytes:
    """32 bytes for this purpose alone (HKDF-SHA-256, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=f"clairdroit {purpose} v1".encode()).derive(key)
