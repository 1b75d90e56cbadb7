"""Forms of pages: shown again with what was typed when they are refused, and where to go on afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for

from sandbox.contracts.errors import Refusal
from sandbox.kit.errors import InvalidInput, ServiceUnavailable, translatable
from sandbox.kit.web.app import retry_headers
from sandbox.platform.site.navigation import SECTIONS, links

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from sandbox.kit.errors import SandboxError

PROBLEMS = (InvalidInput, Refusal, ServiceUnavailable)
"""What a form is shown again for."""
_NEVER_KEPT = frozenset({"password", "new_password", "csrf_token"})


def show_form(template: str, problem: SandboxError | None = None, **values: Any) -> Response:
    """The form, with what was typed (but no password) and what is wrong with it.

    ``values`` are for the template; its ``form`` is what stands in the fields when nothing was typed.
    """
    if request.method == "POST":
        values["form"] = {name: value for name, value in request.form.items() if name not in _NEVER_KEPT}
    values.setdefault("form", {})
    problem = problem and in_words(problem)
    answer = make_response(render_template(template, problem=problem, **values))
    if problem is not None:
        answer.status_code = problem.status
        answer.headers.update(retry_headers(problem))
    return answer


def in_words(problem: SandboxError) -> SandboxError:
    """A service that is away, told to whoever fills in a form: of those that forms need, it is the wallets'."""
    if not isinstance(problem, ServiceUnavailable):
        return problem
    return ServiceUnavailable(
        translatable("The wallet service does not answer at the moment."),
        hint=translatable("Nothing was lost: wait a little, then send the form again."),
    )


def typed_fields() -> dict[str, str]:
    """The form's fields as shapes read them."""
    return request.form.to_dict()


def see_other(endpoint: str) -> Response:
    """On to the next step, for everybody."""
    return redirect(url_for(endpoint), 303)


def next_page() -> str:
    """Where ``next`` leads, when that is a page of ours; otherwise the start of the dashboard."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    return wanted if is_local(wanted) else home_of_dashboard()


def home_of_dashboard() -> str:
    sections = links(SECTIONS)
    return sections[0]["href"] if sections else url_for("site.home")


def is_local(path: str) -> bool:
    """Whether a browser that is sent to ``path`` stays on this site.

    Browsers read a backslash as a slash, drop tabs and line ends, and take two slashes for the name of another host.
    """
    if not path.startswith("/") or path[1:2] in {"/", "\\"}:
        return False
    if "\\" in path or not path.isprintable():
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc
