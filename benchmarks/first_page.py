"""Bytes of the first page of the web chat, all told: HTML with its style sheet, script and icon."""

from __future__ import annotations

import asyncio
import re

import httpx

from benchmarks.figures import Figure
from bot.app import build, web
from bot.settings import Settings

MOST = 50 * 1024
_LOADED = re.compile(r'(?:<link[^>]+href|src)="(?!data:)')


def figures() -> list[Figure]:
    plain, squeezed, requests = asyncio.run(_measured())
    return [
        Figure("first page, uncompressed", plain, "bytes", MOST, f"{requests} request"),
        Figure("first page, as sent to a browser (gzip)", squeezed, "bytes", MOST),
    ]


async def _measured() -> tuple[int, int, int]:
    """Bytes without and with compression, and how many requests the page takes."""
    async with build(Settings.throwaway()) as app:
        transport = httpx.ASGITransport(web(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            plain = await client.get("/", headers={"Accept-Encoding": "identity"})
            squeezed = 0
            async with client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
                async for chunk in answer.aiter_raw():
                    squeezed += len(chunk)
    return len(plain.content), squeezed, 1 + len(_LOADED.findall(plain.text))
