"""Invalid parameters are refused, with every error named at once."""

from __future__ import annotations

from typing import Any

import pytest

from functions.registry import OPERATIONS, load
from shared.errors import InvalidInput
from shared.validation import parse_parameters

LEAST: dict[str, dict[str, object]] = {
    "alibaba.edas.SynchronizeResource": {"type": "ecs"},
    "alibaba.ehpc.SynchronizeApp": {"app_id": "ci-example"},
    "tencent.cwp.SyncMachines": {},
    "tencent.cwp.SyncAssetScan": {},
    "huawei.oms.StartSyncTask": {"sync_task_id": "example-task"},
    "huawei.oms.StopSyncTask": {"sync_task_id": "example-task"},
    "huawei.oms.CreateSyncEvents": {"sync_task_id": "example-task", "object_keys": ["a"]},
    "huawei.modelarts.SyncDevServers": {},
}
ALIASES = {
    "EDAS": "alibaba.edas.SynchronizeResource",
    "EHPC": "alibaba.ehpc.SynchronizeApp",
    "CWP": "tencent.cwp.SyncMachines",
    "OMS": "huawei.oms.StartSyncTask",
    "MODELARTS": "huawei.modelarts.SyncDevServers",
}


def check(name: str, **parameters: object) -> Any:
    operation = load(ALIASES.get(name, name))
    return parse_parameters({**LEAST[operation.id], **parameters}, {}, operation)


def message(name: str, **parameters: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        check(name, **parameters)
    return caught.value.message


def test_all_faults_are_named_at_once() -> None:
    operation = load(ALIASES["EDAS"])
    with pytest.raises(InvalidInput) as caught:
        parse_parameters({"resource_ids": [""], "dry_run": 1, "brand_new": 1}, {}, operation)
    for name in ("type", "resource_ids", "dry_run", "brand_new"):
        assert name in caught.value.message


IDENTIFIER = "use letters, digits, '.', '_' and '-' only, starting with a letter or digit"


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        ("EHPC", {"app_id": "a b"}, f"app_id: {IDENTIFIER}"),
        (
            "EHPC",
            {"target_region_ids": ["cn-shanghai", "cn shanghai"]},
            "target_region_ids[1]: use a region ID such as cn-shanghai, or all",
        ),
        ("EHPC", {"region": "cn_shanghai"}, "region: use a region ID such as cn-north-4"),
        ("OMS", {"src_kms_key_id": "abc"}, "src_kms_key_id: use 36 letters, digits and '-'"),
        (
            "MODELARTS",
            {"project_id": "a_b"},
            "project_id: use letters, digits and '-' only, starting with a letter or digit",
        ),
        (
            "MODELARTS",
            {"owner": "UP"},
            "owner: use 1 to 64 lower-case letters, digits and '-'",
        ),
        (
            "MODELARTS",
            {"sort_key": ["a b"]},
            "sort_key[0]: use letters, digits and '_' only, starting with a letter",
        ),
        ("EDAS", {"type": "x"}, "type: must be 'ecs', 'slb', 'vpc', 'ram' or 'all'"),
        (
            "EDAS",
            {"resource_ids": ["i-1"] * 51},
            "resource_ids: must have at most 50 items",
        ),
        ("CWP", {"sync": 1}, "sync: must be true or false"),
        ("CWP", {"region": 5}, "region: must be a string"),
        ("CWP", {"wait_seconds": "5"}, "wait_seconds: must be a number"),
        ("CWP", {"wait_seconds": -1}, "wait_seconds: must be greater than or equal to 0"),
        ("CWP", {"bogus": 1}, "bogus: is not a parameter of this operation"),
        ("MODELARTS", {"limit": "5"}, "limit: must be a whole number"),
        ("MODELARTS", {"limit": 5000}, "limit: must be less than or equal to 1024"),
    ],
)
def test_a_fault_says_what_is_allowed(
    operation: str, parameters: dict[str, object], expected: str
) -> None:
    assert message(operation, **parameters) == expected


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_pattern_is_known_in_words(operation: str) -> None:
    params = load(operation).params
    patterns = {name for name, field in params.fields.items() if "'pattern'" in repr(field)}
    assert patterns
    assert patterns == params.formats.keys()


def test_the_hint_names_the_page() -> None:
    operation = load(ALIASES["EDAS"])
    with pytest.raises(InvalidInput) as caught:
        parse_parameters({}, {}, operation)
    assert operation.docs_url in caught.value.hint


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("key", ["targets", "brand_new", "deferred"])
def test_unknown_keys_are_refused_and_named(operation: str, key: str) -> None:
    assert key in message(operation, **{key: "x"})


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_null_is_not_a_value_of_any_parameter(operation: str) -> None:
    for name in load(operation).params.fields:
        assert name in message(operation, **{name: None})


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("value", [{}, {"a": 1}, [[]], [{}]])
def test_no_parameter_is_an_object(operation: str, value: object) -> None:
    for name in load(operation).params.fields:
        assert name in message(operation, **{name: value})


@pytest.mark.parametrize("value", [1, 0, "true", "false", "", 1.0, []])
@pytest.mark.parametrize(("operation", "name"), [("CWP", "sync"), ("EDAS", "dry_run")])
def test_only_true_and_false_are_a_flag(operation: str, name: str, value: object) -> None:
    assert name in message(operation, **{name: value})


@pytest.mark.parametrize("value", [True, False, "10", 10.5, "", []])
@pytest.mark.parametrize("name", ["limit", "offset"])
def test_only_a_whole_number_is_accepted_as_one(name: str, value: object) -> None:
    assert name in message("MODELARTS", **{name: value})


@pytest.mark.parametrize("value", [True, "10", [], float("nan"), float("inf"), -1, -0.1, 86_400.5])
def test_only_seconds_within_a_day_are_a_wait(value: object) -> None:
    assert "wait_seconds" in message("CWP", wait_seconds=value)


@pytest.mark.parametrize("value", [0, 1, 0.5, 86_400])
def test_whole_and_fractional_seconds_are_accepted_as_a_wait(value: float) -> None:
    assert check("CWP", wait_seconds=value).wait_seconds == value


@pytest.mark.parametrize(
    ("operation", "name", "minimum", "maximum"),
    [("MODELARTS", "limit", 1, 1024), ("MODELARTS", "offset", 0, 2_147_483_647)],
)
def test_numbers_are_accepted_up_to_their_bounds(
    operation: str, name: str, minimum: int, maximum: int
) -> None:
    assert getattr(check(operation, **{name: minimum}), name) == minimum
    assert getattr(check(operation, **{name: maximum}), name) == maximum
    assert name in message(operation, **{name: minimum - 1})
    assert name in message(operation, **{name: maximum + 1})


@pytest.mark.parametrize(
    ("operation", "name", "longest"),
    [
        ("OMS", "sync_task_id", 255),
        ("OMS", "project_id", 1024),
        ("MODELARTS", "project_id", 64),
        ("MODELARTS", "owner", 64),
    ],
)
def test_texts_are_accepted_up_to_their_length(operation: str, name: str, longest: int) -> None:
    assert getattr(check(operation, **{name: "a" * longest}), name) == "a" * longest
    assert name in message(operation, **{name: "a" * (longest + 1)})
    assert name in message(operation, **{name: ""})


@pytest.mark.parametrize("name", ["src_ak", "src_sk", "dst_ak", "dst_sk"])
def test_a_storage_key_has_one_to_a_hundred_characters(name: str) -> None:
    pair = {"src_ak": "a", "src_sk": "b", "dst_ak": "c", "dst_sk": "d"}
    key = getattr(check("OMS", **{**pair, name: "x" * 100}), name)
    assert key.get_secret_value() == "x" * 100
    assert name in message("OMS", **{**pair, name: "x" * 101})
    assert name in message("OMS", **{**pair, name: ""})


def test_the_cdn_key_has_up_to_255_characters_and_may_be_empty() -> None:
    name = "source_cdn_authentication_key"
    assert check("OMS", **{name: ""}).source_cdn_authentication_key.get_secret_value() == ""
    assert check("OMS", **{name: "x" * 255}).source_cdn_authentication_key is not None
    assert name in message("OMS", **{name: "x" * 256})


@pytest.mark.parametrize("name", ["src_kms_key_id", "dst_kms_key_id", "source_cdn_kms_key_id"])
@pytest.mark.parametrize("length", [0, 35, 37])
def test_a_kms_key_id_has_36_characters(name: str, length: int) -> None:
    assert getattr(check("OMS", **{name: "a" * 36}), name) == "a" * 36
    assert name in message("OMS", **{name: "a" * length})


@pytest.mark.parametrize(
    ("operation", "name", "words"),
    [
        ("EDAS", "type", ("ecs", "slb", "vpc", "ram", "all")),
        ("MODELARTS", "sort_dir", ("ASC", "DESC")),
        ("MODELARTS", "include_servers", ("all", "attention", "none")),
        ("OMS", "src_crypto_type", ("DEFAULT", "KMS")),
        ("OMS", "source_keys", ("none",)),
        ("CWP", "on_failure", ("raise", "return")),
        ("CWP", "trigger", ("timer", "workflow", "direct")),
    ],
)
def test_words_are_matched_whole_and_with_their_case(
    operation: str, name: str, words: tuple[str, ...]
) -> None:
    for word in words:
        assert getattr(check(operation, **{name: word}), name) == word
        for wrong in (word.swapcase(), f"{word}\n", f" {word}", ""):
            assert name in message(operation, **{name: wrong})


REDIRECTING_VALUES = [
    "x\n",
    "\nx",
    "x\r\n",
    "x y",
    "../x",
    "x/y",
    "x?y",
    "x#y",
    "x%2fy",
    "x@y",
    "x:y",
    "-x",
    ".x",
    "",
    "x\x00",
    "\u0445",
    "x\u2028",
]


@pytest.mark.parametrize("value", REDIRECTING_VALUES)
@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("EDAS", "region"),
        ("EHPC", "app_id"),
        ("OMS", "sync_task_id"),
        ("OMS", "project_id"),
        ("MODELARTS", "project_id"),
    ],
)
def test_no_value_can_redirect_a_request(operation: str, name: str, value: str) -> None:
    assert name in message(operation, **{name: value})


@pytest.mark.parametrize(
    ("operation", "name"),
    [("EDAS", "resource_ids"), ("EHPC", "target_region_ids"), ("MODELARTS", "sort_key")],
)
@pytest.mark.parametrize("value", REDIRECTING_VALUES)
def test_no_value_in_a_list_can_redirect_a_request(operation: str, name: str, value: str) -> None:
    assert name in message(operation, **{name: [value]})


@pytest.mark.parametrize(
    "region",
    ["cn-hangzhou", "ap-southeast-1", "cn-north-4", "me-east-1", "rus-west-1-pop", "cn-a-b-c-d"],
)
def test_any_region_of_the_right_form_is_accepted(region: str) -> None:
    assert check("EDAS", region=region).region == region


@pytest.mark.parametrize(
    "region",
    ["cn", "c-hangzhou", "CN-hangzhou", "cn-", "-cn", "cn-hangzhou.evil.test", "cn--x", "abcd-x"],
)
def test_what_has_not_the_form_of_a_region_is_refused(region: str) -> None:
    assert "region" in message("EDAS", region=region)


# Lists


@pytest.mark.parametrize(
    ("operation", "name", "text", "parts"),
    [
        ("EDAS", "resource_ids", "i-1,i-2", ("i-1", "i-2")),
        ("EDAS", "resource_ids", "i-1", ("i-1",)),
        ("EDAS", "resource_ids", "i-1, i-2", ("i-1", "i-2")),
        ("EHPC", "target_region_ids", "cn-shanghai,all", ("cn-shanghai", "all")),
        ("MODELARTS", "sort_key", "createTime,updateTime", ("createTime", "updateTime")),
    ],
)
def test_a_comma_separated_text_is_accepted_for_any_list(
    operation: str, name: str, text: str, parts: tuple[str, ...]
) -> None:
    assert getattr(check(operation, **{name: text}), name) == list(parts)


@pytest.mark.parametrize("value", ["", ",", "i-1,", ",i-1", "i-1,,i-2", [], 7, [7], [None], True])
def test_a_list_with_an_empty_element_is_refused(value: object) -> None:
    assert "resource_ids" in message("EDAS", resource_ids=value)


def test_a_list_names_the_place_of_its_fault() -> None:
    assert "resource_ids[1]" in message("EDAS", resource_ids=["i-1", "no good"])


def test_fifty_resources_are_accepted_and_no_more() -> None:
    fifty = [f"i-{number}" for number in range(50)]
    assert len(check("EDAS", resource_ids=fifty).resource_ids) == 50
    assert "resource_ids" in message("EDAS", resource_ids=[*fifty, "i-50"])
    assert "resource_ids" in message("EDAS", resource_ids=",".join([*fifty, "i-50"]))


# What excludes each other


@pytest.mark.parametrize("kind", ["slb", "vpc", "ram", "all"])
def test_resource_ids_are_accepted_with_ecs_only(kind: str) -> None:
    assert "resource_ids" in message("EDAS", type=kind, resource_ids=["i-1"])


def test_resource_ids_of_the_event_conflict_with_a_type_of_the_defaults() -> None:
    operation = load(ALIASES["EDAS"])
    with pytest.raises(InvalidInput, match="resource_ids"):
        parse_parameters({"ResourceIds": "i-1"}, {"type": "all"}, operation)


@pytest.mark.parametrize(
    ("there", "missing"),
    [("src_ak", "src_sk"), ("src_sk", "src_ak"), ("dst_ak", "dst_sk"), ("dst_sk", "dst_ak")],
)
def test_a_storage_key_id_needs_its_secret(there: str, missing: str) -> None:
    assert f"{missing}: is required" in message("OMS", **{there: "exampleKey"})


def test_a_url_list_task_takes_no_source_keys() -> None:
    parameters = {"source_keys": "none", "src_ak": "exampleAk", "src_sk": "exampleSecret"}
    assert "source_keys" in message("OMS", **parameters)


@pytest.mark.parametrize("parameters", [None, [], "text", 7, True])
def test_an_event_that_is_not_an_object_is_refused(parameters: object) -> None:
    with pytest.raises(InvalidInput):
        parse_parameters(parameters, {}, load(ALIASES["CWP"]))


@pytest.mark.parametrize("key", [7, None, ("a",)])
def test_a_key_that_is_not_a_string_is_refused(key: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_parameters({key: 1}, {}, load(ALIASES["CWP"]))
