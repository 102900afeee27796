"""The addresses of the web chat and what each answers."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.channels.web import forms
from bot.channels.web.forms import Form
from bot.channels.web.headers import SafeHeaders
from bot.channels.web.pages import Pages
from bot.channels.web.session import Session, posted_from_here
from bot.conversation.messages import Reply
from bot.dialogue import Person, Press, Talks, Text

HOME: Final = "/"
NEWEST: Final = "/#last"  # where a page without scripts opens: at the last answer, what is new below it
ERASED: Final = "/erased"
_PART: Final = "x-part"  # the script asks for the page's body alone
_FORGET: Final = {"Clear-Site-Data": '"cache", "storage"'}  # not "cookies": it would empty the whole domain


def web_app(talks: Talks, folder: Path) -> ASGIApp:
    """The web chat over `talks`, with the words of the data folder. Keeps nothing between two requests."""
    pages = Pages(folder)
    chat = _Chat(talks, pages)
    errors = _Errors(pages)
    app = Starlette(
        routes=[
            Route(HOME, chat.read, methods=["GET"]),
            Route(HOME, chat.speak, methods=["POST"]),
            Route(ERASED, chat.erased, methods=["GET"]),
            Route("/file/{number:int}/{name}", chat.file, methods=["GET"]),
            Route("/healthz", _healthz, methods=["GET"]),
        ],
        middleware=[Middleware(GZipMiddleware)],
        exception_handlers={HTTPException: errors.told, Exception: errors.failed},
    )
    return SafeHeaders(app, style=pages.style, script=pages.script)


class _Chat:
    def __init__(self, talks: Talks, pages: Pages) -> None:
        self._talks = talks
        self._pages = pages

    async def read(self, request: Request) -> Response:
        session = Session.of(request)
        reply = await self._talks.show(session.person)
        return HTMLResponse(self._pages.conversation(reply, session, whole=_whole(request)))

    async def speak(self, request: Request) -> Response:
        """Take one form. A page that is no longer this session's only leads back to where the person is."""
        if not posted_from_here(request):
            raise HTTPException(403)
        form = await forms.read(request)
        session = Session.of(request)
        if not session.vouches_for(form.token):
            return await self.read(request) if not _whole(request) else RedirectResponse(NEWEST, 303)
        return self._answer(request, session, await self._hear(session.person, form))

    async def _hear(self, person: Person, form: Form) -> Reply:
        if form.text is not None:
            return await self._talks.turn(person, Text(form.text), delivery=form.once)
        prompt = await self._tick(person, form)
        return await self._talks.turn(person, Press(prompt, form.action), delivery=form.once)

    async def _tick(self, person: Person, form: Form) -> str:
        """Press each box whose state was changed on the page; give the id of the prompt that stands then."""
        shown = (await self._talks.show(person)).prompt
        if shown.id != form.prompt:
            return form.prompt
        for box in shown.buttons:
            if box.ticked is not None and box.ticked != (box.action in form.ticks):
                shown = (await self._talks.turn(person, Press(shown.id, box.action))).prompt
        return shown.id

    def _answer(self, request: Request, session: Session, reply: Reply) -> Response:
        if reply.erased:
            return self._forget(request, session, reply)
        session = Session(session.id, known=True, secure=session.secure)
        if _whole(request):
            response: Response = RedirectResponse(NEWEST, 303)
        else:
            response = HTMLResponse(self._pages.conversation(reply, session, whole=False))
        session.keep(response)
        return response

    def _forget(self, request: Request, session: Session, reply: Reply) -> Response:
        if _whole(request):
            response: Response = RedirectResponse(ERASED, 303)
        else:
            response = HTMLResponse(self._pages.erased(reply.language, whole=False))
        session.drop(response)
        response.headers.update(_FORGET)
        return response

    async def erased(self, request: Request) -> Response:
        return HTMLResponse(self._pages.erased("fr", whole=_whole(request)))

    async def file(self, request: Request) -> Response:
        """A document of the reply that stands open, such as the appointment for a calendar."""
        files = (await self._talks.show(Session.of(request).person)).files
        number: int = request.path_params["number"]
        if number >= len(files):
            raise HTTPException(404)
        name = quote(files[number].name)
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(files[number].content, media_type=files[number].media_type, headers=disposition)


class _Errors:
    """Pages in plain words with a way on, whatever went wrong."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def told(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        return HTMLResponse(self._pages.error(status, whole=_whole(request)), status, headers)

    async def failed(self, request: Request, _error: Exception) -> Response:
        return HTMLResponse(self._pages.error(500, whole=_whole(request)), 500)


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _whole(request: Request) -> bool:
    return _PART not in request.headers
