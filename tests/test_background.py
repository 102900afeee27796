import asyncio

from bot import background


async def test_work_that_loses_a_cancellation_is_ended_all_the_same(monkeypatch):
    monkeypatch.setattr(background, "_AGAIN", 0.01)
    lost = 0

    async def stubborn():
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost > 3:
                    raise

    async with asyncio.timeout(5):
        async with background.background(stubborn()):
            await asyncio.sleep(0)
    assert lost == 4


async def test_work_that_failed_does_not_spoil_the_end():
    async def failing():
        raise OSError

    async with background.background(failing()):
        await asyncio.sleep(0)
