"""What the Bot API answers when it refuses (https://core.telegram.org/bots/api#making-requests)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class ApiError(Exception):
    code: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)
    reason: str = ""  # for the test that fails: what of ours was wrong

    def body(self) -> dict[str, Any]:
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(what: str) -> ApiError:
    return ApiError(400, f"Bad Request: {what}")


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


UNAUTHORIZED = ApiError(401, "Unauthorized")
NOT_FOUND = ApiError(404, "Not Found")
BLOCKED = ApiError(403, "Forbidden: bot was blocked by the user")
BROKEN = ApiError(500, "Internal Server Error")
WEBHOOK_ACTIVE = ApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)
OTHER_POLLER = ApiError(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
