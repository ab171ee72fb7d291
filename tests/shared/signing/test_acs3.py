"""Alibaba Cloud's ACS3-HMAC-SHA256, where it differs from the other schemes."""

from __future__ import annotations

from shared.signing import acs3
from tests.support.signing import NOW, SCHEMES, TEMPORARY, signed_names


def test_it_signs_every_acs_header_and_the_content_type_but_not_accept() -> None:
    signed = acs3.sign(SCHEMES["acs3"].request, TEMPORARY, now=NOW, nonce="0a1b")

    sent = {name.lower() for name in signed.headers}
    assert set(signed_names(signed)) == sent - {"accept", "authorization"}


def test_it_sends_the_key_id_of_temporary_keys() -> None:
    signed = acs3.sign(SCHEMES["acs3"].request, TEMPORARY, now=NOW, nonce="0a1b")

    assert signed.headers["x-acs-accesskey-id"] == "STS.exampleid"
