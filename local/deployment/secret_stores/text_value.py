"""The text of a secret: the stores keep binary data too, which no setting can hold."""

from __future__ import annotations

from shared.errors import BadResponse, Conflict
from shared.models.flow import ApiResponse
from shared.models.secret import Secret


def text_of(value: object, name: str, answer: ApiResponse, *, is_binary: bool) -> Secret:
    """Return the text of a response.

    Parameters
    ----------
    value: the text in the response.
    name: the secret's name.
    answer: the response.
    is_binary: whether the response says that the value is binary.

    Raises
    ------
    Conflict: the value is binary or empty.
    BadResponse: there is no text.
    """
    if is_binary:
        raise Conflict(
            f"the value of {name} is binary",
            code="BinarySecret",
            request_id=answer.request_id,
            hint="A setting is text: store the secret as text, in a new version.",
        )
    if not isinstance(value, str):
        raise BadResponse(
            f"the response has no value of {name}", retryable=False, request_id=answer.request_id
        )
    if not value:
        raise Conflict(
            f"the value of {name} is empty",
            code="EmptySecret",
            request_id=answer.request_id,
            hint="Store the secret in a new version, then deploy again.",
        )
    return Secret(value)
