"""The web chat: complete with scripts off, smoother with scripts on, nothing left behind on the computer.

`web_app(talks, folder)` gives the ASGI application. One address, `/`, is the conversation: a form posts one
message, is answered with a redirect, and the page is read again (or, with scripts, only its body is swapped).
"""

from bot.channels.web.site import web_app

__all__ = ["web_app"]
