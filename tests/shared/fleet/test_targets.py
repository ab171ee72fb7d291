"""The targets of an event: lists, patterns and sets, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from functions.tencent.sync_machines import OPERATION
from shared.accounts.account import Account, AccountsFile
from shared.errors import InvalidInput, Misconfigured
from shared.fleet.targets import MAX_TARGETS, Targets, read_targets
from tests.support.fleets import ACCOUNTS


def never_read() -> AccountsFile:
    raise AssertionError("the accounts file was read")


def read(given: object, accounts: AccountsFile = ACCOUNTS) -> Targets:
    return read_targets(given, OPERATION, lambda: accounts)


def expanded(given: object, accounts: AccountsFile = ACCOUNTS) -> list[dict[str, Any]]:
    return [dict(target.parameters) for target in read(given, accounts)]


def refusal(given: object, accounts: AccountsFile = ACCOUNTS) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(given, accounts)
    return caught.value.message


PROD = [
    {"account": "prod-1", "region": "ap-guangzhou"},
    {"account": "prod-1", "region": "ap-beijing"},
    {"account": "prod-2", "region": "ap-beijing"},
    {"account": "prod-2", "region": "na-ashburn"},
]


def test_a_list_is_taken_in_its_order_without_the_accounts_file() -> None:
    listed = [{"region": "b"}, {"account": "prod-1", "Sync": False}, {}]
    targets = read_targets(listed, OPERATION, never_read)
    assert [target.parameters for target in targets] == [
        {"region": "b"},
        {"account": "prod-1", "sync": False},
        {},
    ]


def test_patterns_are_expanded_in_the_order_of_the_file() -> None:
    assert expanded({"accounts": ["prod-2", "prod-*"]}) == PROD
    assert expanded({"accounts": ["*"], "regions": ["ap-*"]}) == PROD[:3]


def test_an_account_without_regions_runs_in_that_of_the_settings() -> None:
    assert expanded({"accounts": ["test"]}) == [{"account": "test"}]


def test_an_account_without_regions_takes_those_written_in_full() -> None:
    assert expanded({"accounts": ["test"], "regions": ["ap-b", "ap-c", "ap-b"]}) == [
        {"account": "test", "region": "ap-b"},
        {"account": "test", "region": "ap-c"},
    ]


def test_regions_alone_are_of_the_functions_own_account() -> None:
    targets = read_targets({"regions": ["ap-b", "ap-c"]}, OPERATION, never_read)
    assert [dict(target.parameters) for target in targets] == [
        {"account": "default", "region": "ap-b"},
        {"account": "default", "region": "ap-c"},
    ]


def test_a_question_mark_and_brackets_are_no_patterns() -> None:
    assert "no account of tencent matches" in refusal({"accounts": ["prod-?"]})
    assert "no account of tencent matches" in refusal({"accounts": ["prod-[12]"]})


def test_a_set_is_read_from_the_file() -> None:
    assert expanded({"set": "all-prod"}) == PROD
    assert expanded({"set": "two"}) == [
        {"account": "prod-1", "region": "ap-beijing"},
        {"account": "test"},
    ]


def test_nothing_is_expanded_before_it_is_needed() -> None:
    account = Account("big", "tencent", regions=tuple(f"ap-r{n}" for n in range(5000)))
    targets = read({"accounts": ["big"]}, AccountsFile({"big": account}, {}))
    assert len(targets) == 5000
    assert next(iter(targets)).region == "ap-r0"


@pytest.mark.parametrize(
    "given",
    [{"accounts": ["prod-*"]}, {"set": "all-prod"}, {"set": "two"}, {"regions": ["ap-b", "ap-c"]}],
)
def test_the_rest_of_patterns_and_sets_is_the_same_with_the_position(given: dict[str, Any]) -> None:
    rest = read(given).after(1)
    assert rest == {**given, "after": 1, "of": len(expanded(given))}
    assert expanded(rest) == expanded(given)[1:]


def test_the_rest_of_a_rest_goes_on_from_there() -> None:
    rest = read(read({"set": "all-prod"}).after(1)).after(2)
    assert rest == {"set": "all-prod", "after": 3, "of": 4}
    assert expanded(rest) == PROD[3:]


def test_the_rest_of_a_list_is_the_others() -> None:
    assert read([{"region": "b"}, {"region": "c", "Sync": False}]).after(1) == [
        {"region": "c", "sync": False}
    ]


def test_a_file_that_has_changed_since_is_not_continued() -> None:
    for position in ({"after": 1, "of": 5}, {"after": 4, "of": 4}, {"after": 9}):
        with pytest.raises(InvalidInput) as caught:
            read({"set": "all-prod", **position})
        assert caught.value.code == "TargetsChanged"
        assert "there are 4 targets now" in caught.value.message


def test_every_fault_of_a_list_is_named() -> None:
    listed = [
        5,
        {"targets": []},
        {"sync": True, "Sync": True},
        {"on_failure": "raise", "trigger": "timer", "max_concurrency": 2},
    ]
    message = refusal(listed)
    for fault in (
        "targets[0]: must be a JSON object",
        "targets[1]: targets belongs to the event, not to one of its targets",
        "targets[2]: sync: is given twice",
        "targets[3]: max_concurrency belongs to the event",
        "targets[3]: on_failure belongs to the event",
        "targets[3]: trigger belongs to the event",
    ):
        assert fault in message


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (None, "must be a list or a JSON object"),
        ("set:all-prod", "must be a list or a JSON object"),
        ([], "names no target"),
        ({}, "needs accounts, regions or set"),
        ({"account": "prod-1"}, "account is not a key of it"),
        ({"accounts": "prod-*"}, "accounts must be a list of names"),
        ({"accounts": []}, "accounts must be a list of names"),
        ({"regions": [5]}, "regions must be a list of names"),
        ({"set": 5}, "set must be the name of a set"),
        ({"set": "two", "accounts": ["x"]}, "accounts is not a key of it"),
        ({"set": "two", "after": True}, "after must be a whole number"),
        ({"set": "two", "after": -1}, "after must be a whole number"),
    ],
)
def test_what_is_malformed_is_refused(given: object, fault: str) -> None:
    assert fault in refusal(given)


def test_many_faults_are_counted() -> None:
    assert refusal([5] * 50).endswith("targets[19]: must be a JSON object; and 30 more")


OFFER = "the accounts file has accounts prod-1, prod-2, test"


def test_patterns_that_match_nothing_are_named_with_what_the_file_offers() -> None:
    message = refusal({"accounts": ["staging-*", "huawei-*"]})
    assert f"no account of tencent matches staging-*; {OFFER}" in message
    assert f"no account of tencent matches huawei-*; {OFFER}" in message
    assert (
        "no region of these accounts matches eu-*; "
        "the accounts file has regions ap-guangzhou, ap-beijing, na-ashburn"
    ) in refusal({"accounts": ["prod-*"], "regions": ["eu-*"]})


def test_a_pattern_that_matches_nothing_beside_others_fails_alone() -> None:
    targets = read({"accounts": ["staging-*", "prod-*"], "regions": ["eu-*", "na-*"]})
    found = [(target.parameters, target.error and target.error.message) for target in targets]

    assert len(targets) == 3
    assert found[0] == ({"account": "prod-2", "region": "na-ashburn"}, None)
    assert found[1] == (
        {"account": "staging-*"},
        f"targets: no account of tencent matches staging-*; {OFFER}",
    )
    assert found[2][0] == {"region": "eu-*"}
    assert "no region of these accounts matches eu-*" in str(found[2][1])


def test_a_pattern_of_regions_needs_an_account_that_lists_some() -> None:
    assert "write regions in full" in refusal({"regions": ["ap-*"]})


def test_a_caller_is_told_of_no_other_account() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_targets(
            {"accounts": ["staging"]}, OPERATION, lambda: ACCOUNTS, lambda name: name == "test"
        )
    assert "prod" not in caught.value.message
    assert "the accounts file has accounts test" in caught.value.message


def test_what_is_no_name_is_not_repeated() -> None:
    message = refusal({"accounts": ["example secret/with+signs"], "example key=": 1})
    assert "example" not in message


def test_an_unknown_set_is_named_with_those_there_are() -> None:
    assert refusal({"set": "staging"}) == (
        "targets: there is no set staging; the accounts file has sets all-prod, two, wrong"
    )
    assert "the accounts file has no sets" in refusal({"set": "x"}, AccountsFile({}, {}))


@pytest.mark.parametrize(
    "content", [{"account": "prod-1"}, [5], [], "x", {"set": "two"}, {"accounts": ["none-*"]}]
)
def test_a_set_that_is_wrong_is_the_deployers_fault(content: object) -> None:
    file = ACCOUNTS._replace(sets={"x": content})
    with pytest.raises(Misconfigured) as caught:
        read({"set": "x"}, file)
    assert caught.value.message.startswith("the set x of the accounts file: ")


def test_too_many_targets_are_refused_with_their_number() -> None:
    assert len(read([{}] * MAX_TARGETS)) == 10_000
    assert refusal([{}] * 10_001) == "targets: 10,001 targets are more than the limit of 10,000"
    account = Account("big", "tencent", regions=tuple(f"ap-r{n}" for n in range(10_001)))
    file = AccountsFile({"big": account}, {})
    assert "10,001 targets" in refusal({"accounts": ["big"]}, file)
