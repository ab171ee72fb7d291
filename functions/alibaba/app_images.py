"""Which regions have an E-HPC application: ``ListImages`` finds its image, ``GetImage`` the copies.

Source: alibabacloud_ehpcinstant20230701 4.1.0. Only virtual-machine images are requested, and only
the fields named here are kept: ``GetImage`` may also return the password of a container registry,
which is redacted from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from functions.alibaba.ehpc import EHPC, VERSION, call_ehpc
from functions.alibaba.provider import json_array_param
from shared.errors import BadResponse, NotFound
from shared.models.flow import ApiCall, ApiResponse, Flow

LIST_PERMISSION = "ehpc:ListImages"
GET_PERMISSION = "ehpc:GetImage"
LOOK_ACTIONS = ("ListImages", "GetImage")
PERMISSION_HINT = (
    f"allow `{LIST_PERMISSION}` and `{GET_PERMISSION}` so that runs see which regions have the "
    "application"
)

PAGE_SIZE = 50
MAX_PAGES = 10
"""At most 500 images are searched; an application beyond them counts as in no list."""

RESPONSE_SECONDS = 5.0
"""Maximum time for a response: a look must not cost the time that the request itself needs."""

MAX_REGIONS = 200

THERE, COPYING, FAILED, UNKNOWN = "there", "copying", "failed", "unknown"
AVAILABLE_WORD, CREATING_WORD, FAILED_ENDING = "Available", "Creating", "Failed"
"""E-HPC Instant publishes no words for ``Status``; these are those of E-HPC 1.0."""


class Copies(NamedTuple):
    """Which regions have an image.

    Parameters
    ----------
    places: region -> ``there``, ``copying``, ``failed`` or ``unknown``; others lack it.
    words: region -> E-HPC's own word, for those that are ``failed`` or ``unknown``.
    name: the image's name, None if it has none.
    at: when it was read, RFC 3339; None in a dry run.
    """

    places: Mapping[str, str]
    words: Mapping[str, str]
    name: str | None
    at: str | None


def list_images(app_id: str, page: int) -> ApiCall:
    """Return ``ListImages``: one page of the account's virtual-machine images."""
    return ApiCall(
        service=EHPC,
        action="ListImages",
        permission=LIST_PERMISSION,
        version=VERSION,
        method="POST",
        query=(
            ("ImageCategory", "Custom"),
            ("ImageType", "VM"),
            ("PageNumber", str(page)),
            ("PageSize", str(PAGE_SIZE)),
        ),
        on_unknown_outcome="fail",
        read_timeout=RESPONSE_SECONDS,
        dry_run_response={"Images": [{"AppId": app_id, "ImageId": "{image_id}"}], "TotalCount": 1},
    )


def get_image(image_id: str, regions: Iterable[str]) -> ApiCall:
    """Return ``GetImage``: an image and its copies in these regions, none for all."""
    named = tuple(regions)
    query = [("ImageId", image_id), ("ImageCategory", "Custom"), ("ImageType", "VM")]
    if named:
        query.append(("AdditionalRegionIds", json_array_param(named)))
    return ApiCall(
        service=EHPC,
        action="GetImage",
        permission=GET_PERMISSION,
        version=VERSION,
        method="POST",
        query=tuple(query),
        on_unknown_outcome="fail",
        read_timeout=RESPONSE_SECONDS,
        secret_fields=(("Image", "ContainerImageSpec", "RegistryCredential", "Password"),),
        dry_run_response={"Image": {"AdditionalRegionsInfo": []}},
    )


def find_image(app_id: str) -> Flow[str]:
    """Return the ID of the application's image.

    Raises
    ------
    NotFound: no image has this application, or several have.
    BadResponse: a response has no list of images.
    SyncError: a request failed.
    """
    found: set[str] = set()
    seen = 0
    for page in range(1, MAX_PAGES + 1):
        response = yield from call_ehpc(list_images(app_id, page))
        images = response.body.get("Images")
        if not isinstance(images, list):
            raise bad_response(response, "E-HPC's response has no list of images")
        rows = [row for row in images if isinstance(row, dict) and row.get("AppId") == app_id]
        found.update(row["ImageId"] for row in rows if isinstance(row.get("ImageId"), str))
        seen += len(images)
        total = response.body.get("TotalCount")
        if not images or (type(total) is int and seen >= total):
            break
    if len(found) != 1:
        count = "several images have" if found else "no image has"
        raise NotFound(
            f"{count} the application {app_id} in E-HPC's list of virtual-machine images",
            code="AppNotListed",
            hint="Check app_id and the region; container applications are in no such list.",
        )
    return found.pop()


def find_copies(image_id: str, regions: Iterable[str], home: str | None) -> Flow[Copies]:
    """Return which regions have an image.

    Parameters
    ----------
    image_id: the image's.
    regions: those of interest, none for all.
    home: the region that is asked, which has the image itself.

    Raises
    ------
    BadResponse: the response has no image, or no list of regions.
    SyncError: the request failed.
    """
    others = tuple(region for region in regions if region != home)
    response = yield from call_ehpc(get_image(image_id, others))
    image = response.body.get("Image")
    rows = image.get("AdditionalRegionsInfo") if isinstance(image, dict) else None
    if not isinstance(image, dict) or not isinstance(rows, list):
        raise bad_response(response, "E-HPC's response has no image with a list of regions")
    words = {home: image.get("Status") or AVAILABLE_WORD} if home else {}
    for row in rows[:MAX_REGIONS]:
        region = row.get("RegionId") if isinstance(row, dict) else None
        if isinstance(region, str) and len(region) <= 64:
            words[region] = row.get("Status")
    places = {region: place_of(word) for region, word in words.items()}
    odd = {region for region, place in places.items() if place in {FAILED, UNKNOWN}}
    name = image.get("Name")
    return Copies(
        places,
        {region: str(words[region])[:100] for region in odd},
        name[:200] if isinstance(name, str) and name else None,
        response.received_at,
    )


def place_of(word: object) -> str:
    """Return what E-HPC's word for a copy means."""
    if word == AVAILABLE_WORD:
        return THERE
    if word == CREATING_WORD:
        return COPYING
    return FAILED if isinstance(word, str) and word.endswith(FAILED_ENDING) else UNKNOWN


def bad_response(response: ApiResponse, message: str) -> BadResponse:
    """Return the error for a response without the documented fields."""
    return BadResponse(
        message,
        http_status=response.status,
        request_id=response.request_id,
        retryable=False,
    )
