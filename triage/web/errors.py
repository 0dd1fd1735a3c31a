"""Pages for what goes wrong: plain words in three languages, never a stack trace or a text from inside."""

import secrets

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from triage.domain.errors import Erased, NotFound, Refused, Transient
from triage.log import get_logger
from triage.web.translate import gettext


def init_errors(app: Flask) -> None:
    """Put the error pages into `app`."""
    app.register_error_handler(Erased, _erased)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Transient, _away)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _page(status: int, title: str, text: str, number: str = "") -> tuple[str, int]:
    return render_template("error.html", title=title, text=text, number=number), status


def _not_found(_: NotFound) -> tuple[str, int]:
    return _page(404, gettext("Not here"), gettext("There is no such page, or it is not open to you."))


def _erased(_: Erased) -> tuple[str, int]:
    text = gettext(
        "The original mail and its attachments were deleted: they are kept for a set period only, or the person asked for it. "
        "What was read of it, if that is kept longer, still stands on the page of the message."
    )
    return _page(410, gettext("Deleted"), text)


def _refused(_: Refused) -> tuple[str, int]:
    text = gettext(
        "This step is not possible any more. Nothing was changed. Open the message again to see where it stands."
    )
    return _page(409, gettext("Not possible"), text)


def _away(_: Transient) -> tuple[str, int]:
    text = gettext("The service cannot reach its store at the moment. Nothing is lost. Try again in a minute.")
    return _page(503, gettext("A short break"), text)


def _old_form(_: CSRFError) -> tuple[str, int]:
    text = gettext(
        "The page was open for too long or came from elsewhere. Nothing was changed. Go back, load it again and repeat the step."
    )
    return _page(400, gettext("Please load the page again"), text)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400:
        return error  # a redirect of the router
    if status == 403:
        return _page(
            403,
            gettext("Not open to you"),
            gettext("Your role does not include this page. Ask the administrator if you need it."),
        )
    if status in (404, 405):
        return _page(status, gettext("Not here"), gettext("There is no such page, or it is not open to you."))
    if status == 413:
        return _page(413, gettext("Too much"), gettext("What you sent is too big."))
    if status < 500:
        return _page(
            status,
            gettext("Not possible"),
            gettext("The request was not complete. Go back, load the page again and repeat the step."),
        )
    return _page(
        status, gettext("Something went wrong"), gettext("The fault is ours. Nothing is lost. Try again in a minute.")
    )


def _broken(error: Exception) -> tuple[str, int]:
    """The log gets the kind of error, the place in the code and a number; the page gets the number alone."""
    number = secrets.token_hex(4)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    kind = type(error).__name__
    get_logger().error("web_request_failed", request_id=number, error=kind, code=where, endpoint=request.endpoint)
    return _page(
        500,
        gettext("Something went wrong"),
        gettext("The fault is ours. Nothing is lost. Try again in a minute."),
        number,
    )
