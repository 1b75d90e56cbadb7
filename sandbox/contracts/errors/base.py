"""What all refusals are."""

from __future__ import annotations

from sandbox.kit.errors import SandboxError


class Refusal(SandboxError):
    """A rule of the business said no; nothing is wrong with the request's form."""

    code = "REFUSED"
    status = 422
    message = "This was refused."
    hint = "The message names the rule."
