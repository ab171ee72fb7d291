"""AWS Signature Version 4, where it differs from the other schemes."""

from __future__ import annotations

from shared.signing import sigv4
from tests.support.signing import NOW, SCHEMES, TEMPORARY, signed_names


def test_it_signs_every_amz_header_and_the_content_type_but_not_accept() -> None:
    signed = sigv4.sign(
        SCHEMES["sigv4"].request, TEMPORARY, now=NOW, region="eu-west-1", service="lambda"
    )

    sent = {name.lower() for name in signed.headers}
    assert set(signed_names(signed)) == sent - {"accept", "authorization"}
    assert "/20261121/eu-west-1/lambda/aws4_request," in signed.headers["Authorization"]
