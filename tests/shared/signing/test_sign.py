"""What every scheme's ``sign`` guarantees to the transport and to the verifier of a request."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from shared.errors import Internal
from shared.models.credentials import AccessKey
from shared.signing.canonical import lowercase_names
from tests.support.signing import (
    NOW,
    PERMANENT,
    SCHEMES,
    TEMPORARY,
    Scheme,
    signature_of,
    signed_names,
)

each_scheme = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)


@each_scheme
@pytest.mark.parametrize("keys", [PERMANENT, TEMPORARY], ids=["permanent", "temporary"])
def test_a_received_request_verifies_with_the_checkpoints(scheme: Scheme, keys: AccessKey) -> None:
    signed = scheme.sign(scheme.request, keys, now=NOW, nonce="0a1b")

    assert signature_of(signed) == scheme.recompute(signed, signed_names(signed))


@each_scheme
def test_signing_leaves_the_request_it_was_given_alone(scheme: Scheme) -> None:
    before = dict(scheme.request.headers)

    signed = scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b")

    assert scheme.request.headers == before
    assert signed.headers.items() >= before.items()
    assert (signed.path, signed.query, signed.body) == (
        scheme.request.path,
        scheme.request.query,
        scheme.request.body,
    )


def test_two_nonces_in_one_second_give_two_signatures() -> None:
    scheme = SCHEMES["acs3"]
    first = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")
    second = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="2c3d")

    assert signature_of(first) != signature_of(second)


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        *(("acs3", name) for name in ("authorization", "host", "x-acs-content-sha256")),
        *(("acs3", f"x-acs-{name}") for name in ("accesskey-id", "date", "signature-nonce")),
        *(("tc3", name) for name in ("authorization", "host", "x-tc-timestamp", "x-tc-token")),
        *(("sdk_hmac", name) for name in ("authorization", "host", "x-sdk-date")),
        *(("sigv4", name) for name in ("authorization", "host", "x-amz-date")),
        *(("acs3", name) for name in ("x-acs-security-token",)),
        *(("sigv4", name) for name in ("x-amz-security-token",)),
    ],
)
def test_a_header_of_the_signature_replaces_one_of_the_request_in_any_case(
    scheme: str, name: str
) -> None:
    known = SCHEMES[scheme]
    stale = known.request._replace(headers={**known.request.headers, name.upper(): "stale"})

    signed = known.sign(stale, TEMPORARY, now=NOW, nonce="0a1b")

    assert "stale" not in signed.headers.values()
    assert [each.lower() for each in signed.headers].count(name) == 1


@each_scheme
def test_a_signed_request_signed_again_is_as_if_signed_once(scheme: Scheme) -> None:
    once = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")
    dirty = scheme.sign(scheme.request, TEMPORARY, now=NOW - timedelta(days=1), nonce="2c3d")

    assert scheme.sign(dirty, PERMANENT, now=NOW, nonce="0a1b").headers == once.headers


@each_scheme
def test_permanent_keys_send_no_token(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")

    assert scheme.token_header not in lowercase_names(signed.headers)


@each_scheme
def test_temporary_keys_send_their_token(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b")

    assert lowercase_names(signed.headers)[scheme.token_header] == "exampleToken"


@each_scheme
def test_the_host_is_signed_as_it_is_sent(scheme: Scheme) -> None:
    signed = scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b")

    assert "host" in signed_names(signed)
    assert lowercase_names(signed.headers)["host"] == scheme.request.host


@each_scheme
def test_a_time_of_another_zone_signs_alike(scheme: Scheme) -> None:
    china = NOW.astimezone(timezone(timedelta(hours=8)))

    assert (
        scheme.sign(scheme.request, PERMANENT, now=china, nonce="0a1b").headers
        == scheme.sign(scheme.request, PERMANENT, now=NOW, nonce="0a1b").headers
    )


@each_scheme
def test_a_time_without_a_zone_signs_nothing(scheme: Scheme) -> None:
    with pytest.raises(Internal, match="zone"):
        scheme.sign(scheme.request, PERMANENT, now=NOW.replace(tzinfo=None), nonce="0a1b")


@each_scheme
def test_neither_secret_nor_token_shows_in_a_signed_requests_repr(scheme: Scheme) -> None:
    shown = repr(scheme.sign(scheme.request, TEMPORARY, now=NOW, nonce="0a1b"))

    assert "exampleSecret" not in shown
    assert "exampleToken" not in shown
    assert "Signature" not in shown
