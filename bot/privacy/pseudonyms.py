"""Names that stand for people: the same person always gets the same one, and it leads back to nobody."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from bot.privacy.keys import derive


class Pseudonyms:
    """Keyed hashes of a channel's user ids. The newest key comes first; the others find what they named."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [derive(key, "pseudonyms") for key in keys]

    def of(self, channel: str, user_id: str) -> str:
        """64 hexadecimal digits; bound to the channel, so that equal ids of two channels are two people."""
        return _hash(self._keys[0], channel, user_id)

    def former(self, channel: str, user_id: str) -> tuple[str, ...]:
        """What this person was called under the older keys."""
        return tuple(_hash(key, channel, user_id) for key in self._keys[1:])


def _hash(key: bytes, channel: str, user_id: str) -> str:
    named = f"{len(channel)}:{channel}{user_id}"  # the length keeps ("a", "bc") and ("ab", "c") apart
    return hmac.new(key, named.encode(), hashlib.sha256).hexdigest()
