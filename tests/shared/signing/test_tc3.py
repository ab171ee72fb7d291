"""Tencent Cloud's TC3-HMAC-SHA256, where it differs from the other schemes."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timezone

import pytest

from shared.models.credentials import AccessKey
from shared.models.http import Request
from shared.models.secret import Secret
from shared.signing import tc3
from tests.support.repository import ROOT
from tests.support.signing import NOW, PERMANENT, SCHEMES, signature_of


def test_it_signs_with_the_utc_date_of_the_last_second_of_a_day() -> None:
    late = datetime(2026, 11, 21, 23, 59, 59, 999999, tzinfo=timezone.utc)

    signed = tc3.sign(SCHEMES["tc3"].request, PERMANENT, now=late, service="cwp")

    assert "/2026-11-21/cwp/tc3_request," in signed.headers["Authorization"]
    assert signed.headers["X-TC-Timestamp"] == "1795305599"


def test_it_names_the_header_it_cannot_do_without() -> None:
    with pytest.raises(KeyError, match="content-type"):
        tc3.sign(
            Request("POST", "https://cwp.tencentcloudapi.com", headers={"X-TC-Action": "A"}),
            PERMANENT,
            now=NOW,
            service="cwp",
        )


def test_keys_of_two_secrets_or_two_services_are_not_mixed_up() -> None:
    request = SCHEMES["tc3"].request
    other = AccessKey("LTAIexampleid", Secret("otherSecret"))

    signatures = {
        signature_of(tc3.sign(request, keys, now=NOW, service=service))
        for keys in (PERMANENT, other)
        for service in ("cwp", "sts")
    }

    assert len(signatures) == 4


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_the_date_is_in_utc_whatever_the_machines_zone(zone: str) -> None:
    code = "from shared.signing.tc3 import date_of; print(date_of(1551113065), date_of(1551052799))"
    environ = {**os.environ, "TZ": zone}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, check=True
    )
    assert ran.stdout.split() == [b"2019-02-25", b"2019-02-24"]
