"""AWS as documented, only for Lambda's Invoke."""

from __future__ import annotations

import json
import re
import uuid
from urllib.parse import unquote

from local.emulator import keys as known
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Refusal
from local.emulator.verification import verify_sigv4

ERRORS = {
    "MissingAuthenticationTokenException": (403, "Missing Authentication Token"),
    "IncompleteSignatureException": (403, "The signature is incomplete."),
    "InvalidSignatureException": (403, "The signature does not match the one computed here."),
    "UnrecognizedClientException": (403, "The security token in the request is invalid."),
    "ExpiredTokenException": (403, "The security token in the request is expired."),
    "AccessDeniedException": (403, "Not authorized to perform: lambda:InvokeFunction"),
    "UnknownOperationException": (404, "No operation has this method and path."),
    "ResourceNotFoundException": (404, "Function not found."),
    "InvalidParameterValueException": (400, "Only asynchronous invocations are played here."),
    "InvalidRequestContentException": (400, "Could not parse request body into json."),
    "RequestTooLargeException": (413, "The request payload is larger than the limit."),
    "TooManyRequestsException": (429, "Rate Exceeded."),
    "ServiceException": (500, "An error occurred inside the service."),
}
"""Code -> HTTP status and text: the model lambda/2015-03-31, and the common errors' page."""

LARGEST = 1024 * 1024
_PATH = re.compile(r"/2015-03-31/functions/([^/]{1,512})/invocations")
_FUNCTION = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:[a-z0-9-]+:)?(?:\d{12}:)?(?:function:)?"
    r"([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?"
)


class Aws:
    """The state of Lambda.

    Attributes
    ----------
    keys: the access keys it knows.
    functions: the functions there are; None for any name.
    denied: IAM actions that are refused, e.g. ``lambda:InvokeFunction``.
    invocations: the runs it took on.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.keys = KeyRing(known.AWS_ROLE, known.AWS_EXPIRED)
        self.functions: set[str] | None = None
        self.denied: set[str] = set()
        self.invocations = invocations or Invocations()

    def services(self) -> tuple[Lambda]:
        """Return the one service over this state."""
        return (Lambda(self),)


class Lambda:
    """AWS Lambda's API."""

    name = "lambda"

    def __init__(self, cloud: Aws) -> None:
        self._cloud = cloud

    def action(self, request: Received) -> str:
        """Return ``Invoke`` for its method and path."""
        invoke = request.method == "POST" and _PATH.fullmatch(request.path)
        return "Invoke" if invoke else ""

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        return verify_sigv4(request, self._cloud.keys, self.name, now, failure)

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Accept the run and return the documented response; raises :class:`Refusal`."""
        path = _PATH.fullmatch(request.path)
        if request.method != "POST" or path is None:
            raise failure("UnknownOperationException")
        named = _FUNCTION.fullmatch(unquote(path.group(1)))
        if named is None or request.headers.get("x-amz-invocation-type") != "Event":
            raise failure("InvalidParameterValueException")
        if "lambda:InvokeFunction" in self._cloud.denied:
            raise failure("AccessDeniedException")
        function, qualifier = named.groups()
        if self._cloud.functions is not None and function not in self._cloud.functions:
            raise failure("ResourceNotFoundException")
        if len(request.body) > LARGEST:
            raise failure("RequestTooLargeException")
        _check_json(request.body)
        request_id = str(uuid.uuid4())
        qualifier = dict(request.query).get("Qualifier", qualifier)
        self._cloud.invocations.begin(
            Invocation(self.name, function, qualifier, request.body, request_id)
        )
        headers = (("x-amzn-RequestId", request_id), ("x-amzn-Remapped-Content-Length", "0"))
        return Reply(202, headers=headers, content_type=None)

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the error with that code; text and status from :data:`ERRORS`."""
        return failure(code, message, status)

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the error for too many concurrent runs."""
        refusal = failure("TooManyRequestsException")
        if retry_after is not None:
            refusal.headers = (("Retry-After", f"{retry_after:g}"),)
        return refusal

    def refuse(self, refusal: Refusal) -> Reply:
        """Return Lambda's error document, its code in a header."""
        by_sender = refusal.status < 500
        body = {"Type": "User" if by_sender else "Service", "message": refusal.message}
        headers = (
            ("x-amzn-RequestId", str(uuid.uuid4())),
            ("x-amzn-ErrorType", refusal.code),
            *refusal.headers,
        )
        return Reply(refusal.status, to_json(body), headers, code=refusal.code)


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return AWS's error with that code; text and status from :data:`ERRORS`."""
    usual_status, usual_message = ERRORS.get(code, (400, "The request was refused."))
    return Refusal(code, message or usual_message, status or usual_status)


def _check_json(body: bytes) -> None:
    try:
        json.loads(body or b"{}")
    except ValueError:
        raise failure("InvalidRequestContentException") from None
