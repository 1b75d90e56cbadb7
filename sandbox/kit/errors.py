"""One tree of errors: each has a code, a message, a hint that names the fix, and an HTTP status."""

from __future__ import annotations

from typing import Any, ClassVar, Self


def translatable(text: str) -> str:
    """``text``, as it is: marks a message or hint of one case for the catalogs of translations."""
    return text


class SandboxError(Exception):
    """The root. A subclass gives ``code`` and its texts; an instance may replace the texts and add details.

    A traceback shows the hint too, as a note: who reads one in a test's report wants to know the fix.
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    message: str = "Something went wrong inside the sandbox."
    hint: str = "Look at the sandbox's log file for the cause."

    by_code: ClassVar[dict[str, type[SandboxError]]] = {}

    def __init__(
        self, message: str | None = None, *, hint: str | None = None, field: str | None = None, **details: Any
    ) -> None:
        self.message = message if message is not None else type(self).message
        self.hint = hint if hint is not None else type(self).hint
        self.field = field
        self.details = details
        super().__init__(self.message)
        self.add_note(f"Hint: {self.hint}" if field is None else f"Field: {field}. Hint: {self.hint}")

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            SandboxError.by_code[cls.code] = cls

    def to_json(self, request_id: str = "") -> dict[str, Any]:
        """``{"error": {"code", "message", "hint", "field"?, "request_id", …details}}`` (DESIGN.md, rule 9)."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.field is not None:
            body["field"] = self.field
        return {"error": {**body, **self.details, "request_id": request_id}}


def error_from_json(status: int, body: object) -> SandboxError:
    """The same error on the other side of a call, so a caller catches ``WrongPin`` whether it was local or remote."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or "code" not in error:
        return ServiceUnavailable(f"A service answered {status} without an explanation.")
    kind = SandboxError.by_code.get(str(error.pop("code")), ServiceUnavailable)
    texts = {name: error.pop(name, None) for name in ("message", "hint", "field")}
    error.pop("request_id", None)
    return kind(texts["message"], hint=texts["hint"], field=texts["field"], **error)


class InvalidInput(SandboxError):
    code = "INVALID_INPUT"
    status = 400
    message = "The request is not valid."
    hint = "Correct the named field and send it again."


class NotAuthenticated(SandboxError):
    code = "NOT_AUTHENTICATED"
    status = 401
    message = "This needs a login."
    hint = "Log in first, or send the session token as 'Authorization: Bearer <token>'."


class NotAllowed(SandboxError):
    code = "NOT_ALLOWED"
    status = 403
    message = "This is not allowed."
    hint = "Only the sandbox's own services may call this."


class NotFound(SandboxError):
    code = "NOT_FOUND"
    status = 404
    message = "There is nothing at this address."
    hint = "Check the path; the README lists what the sandbox serves."


class MethodNotAllowed(SandboxError):
    code = "METHOD_NOT_ALLOWED"
    status = 405
    message = "This address exists, but not for this HTTP method."
    hint = "Use the method named in the Allow header."


class BodyTooLarge(SandboxError):
    code = "BODY_TOO_LARGE"
    status = 413
    message = "The request body is too large."
    hint = "Send less: JSON bodies may have 1 MB, pictures 12 MB."


class IdempotencyMismatch(SandboxError):
    code = "IDEMPOTENCY_MISMATCH"
    status = 409
    message = "This idempotency key was used before with another body."
    hint = "Use a new key for a new request, or repeat the old body unchanged."


class ServiceUnavailable(SandboxError):
    code = "SERVICE_UNAVAILABLE"
    status = 503
    message = "A part of the sandbox does not answer."
    hint = "Try again; 'python -m sandbox status' tells which part it is."


class InjectedFault(ServiceUnavailable):
    """For whoever calls it is a service that does not answer as it should."""

    code = "INJECTED_FAULT"
    status = 503
    message = "A fault that was planned for this request answers it."
    hint = "List faults and what they hit with GET /_sandbox/faults; DELETE /_sandbox/faults ends them."

    @classmethod
    def of(cls, status: int, retry_after: int | None) -> Self:
        """With another HTTP status than the class has."""
        made = cls(retry_after=retry_after) if retry_after is not None else cls()
        made.status = status  # type: ignore[misc]  # of this one
        return made


class StorageFailed(SandboxError):
    code = "STORAGE_FAILED"
    status = 507
    message = "The sandbox cannot write to its data folder."
    hint = "Make room on the disk, or let the sandbox write there again, and repeat the request: nothing was changed."


class AddressNotAllowed(SandboxError):
    code = "ADDRESS_NOT_ALLOWED"
    status = 422
    message = "The sandbox may not call this address."
    hint = "Use an address of this machine or its networks, or set FLOUCI_SANDBOX_ALLOW_OUTSIDE_ADDRESSES=true."


class AddressUnreachable(SandboxError):
    code = "ADDRESS_UNREACHABLE"
    status = 422
    message = "Nothing answers at this address."
    hint = "Check the address, and that its server runs."


class AddressNotTrusted(SandboxError):
    code = "ADDRESS_NOT_TRUSTED"
    status = 422
    message = "The certificate of this address is not trusted."
    hint = "Use http:// for a local server, or start the sandbox with SSL_CERT_FILE naming the certificate's authority."


class AddressTimedOut(SandboxError):
    code = "ADDRESS_TIMED_OUT"
    status = 422
    message = "This address did not answer in time."
    hint = "Answer first and work afterwards: the sandbox waits a few seconds only."


class HostNotAllowed(SandboxError):
    code = "HOST_NOT_ALLOWED"
    status = 403
    message = "The sandbox may not be called by this host name."
    hint = "Call it by 127.0.0.1 or localhost, or add the name to FLOUCI_SANDBOX_ALLOWED_HOSTS."


class HttpsNeeded(SandboxError):
    code = "HTTPS_NEEDED"
    status = 400
    message = "This port speaks HTTPS."
    hint = "Use https:// instead of http://."
