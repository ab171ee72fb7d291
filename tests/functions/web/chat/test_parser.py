"""What people write, as phones and chats pass it on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.web.chat.parser import VERBS, Command, parse, tokenize
from functions.web.chat.slack import unescape
from shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Command("help")),
        ("  \n ", Command("help")),
        ("help", Command("help")),
        ("/help", Command("help")),
        ("HELP me please", Command("help")),
        ("list", Command("list")),
        ("status machines", Command("status", "machines")),
        ("Run  machines\tsync=true", Command("run", "machines", {"sync": "true"})),
        ("plan edas Type=all", Command("plan", "edas", {"Type": "all"})),
        ("run x a=", Command("run", "x", {"a": ""})),
        ("run x a=b=c", Command("run", "x", {"a": "b=c"})),
        ('run x a="b c" d=1', Command("run", "x", {"a": "b c", "d": "1"})),
        ("run x a='b \" c'", Command("run", "x", {"a": 'b " c'})),
        ("run x a=“b c”", Command("run", "x", {"a": "b c"})),
        ("run x a=‘b c’", Command("run", "x", {"a": "b c"})),  # noqa: RUF001 - as phones write
        ("run x a＝b", Command("run", "x", {"a": "b"})),  # noqa: RUF001
        ("run x a=b，c", Command("run", "x", {"a": "b,c"})),  # noqa: RUF001
        ("run\u3000x\u00a0a=b", Command("run", "x", {"a": "b"})),
        ("\ufeffrun \u200bx", Command("run", "x")),
        ("`run x`", Command("run", "x")),
        ("@robot run x", Command("run", "x")),
        ("run x a=it's", Command("run", "x", {"a": "it's"})),
        ("confirm abc.def", Command("confirm", code="abc.def")),
        ("confirm abc\n.def", Command("confirm", code="abc.def")),
        ("```confirm abc.def```", Command("confirm", code="abc.def")),
    ],
)
def test_a_command_is_understood(text: str, command: Command) -> None:
    assert parse(text) == command


TRY_HELP = "Try `help`."
USAGE = "Usage: `{} OPERATION [key=value …]`"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("start machines", "Unknown command", TRY_HELP),
        ("cancel abc.def", "Unknown command", TRY_HELP),
        ("rm -rf /", "Unknown command", TRY_HELP),
        ("?", "Unknown command", TRY_HELP),
        ('run x a="b', "Missing closing quote", TRY_HELP),
        ("run", "Missing operation", USAGE.format("run")),
        ("status", "Missing operation", USAGE.format("status")),
        ("plan a=b", "Missing operation", USAGE.format("plan")),
        ("run x y", "Argument 1 after the operation is not key=value", USAGE.format("run")),
        ("run x =y", "Argument 1 after the operation is not key=value", USAGE.format("run")),
        ("run x a-b=c", "Argument 1 after the operation is not key=value", USAGE.format("run")),
        ("run x a=1 =b", "Argument 2 after the operation is not key=value", USAGE.format("run")),
        ("run x a=1 a=2", "a is given twice", USAGE.format("run")),
        ("confirm", "Missing confirmation code", "Usage: `confirm CODE`"),
    ],
)
def test_what_is_not_a_command_is_refused_with_its_usage(
    text: str, message: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(text)

    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_a_refusal_repeats_no_value() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse("run x exampleSecretValue")

    assert "exampleSecretValue" not in f"{refused.value.message}{refused.value.hint}"


TEXTS = st.text(st.one_of(st.sampled_from("\"'= `“”‘’＝@/\n\u3000abc"), st.characters()))  # noqa: RUF001


@given(TEXTS)
def test_any_text_is_a_command_or_refused(text: str) -> None:
    try:
        command = parse(text)
    except InvalidInput:
        return
    assert command.verb in VERBS


@given(st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True), st.text("ab =',. 1")))
def test_quoted_values_arrive_as_they_are(texts: dict[str, str]) -> None:
    reply = " ".join(f'{key}="{value}"' for key, value in texts.items())

    assert parse(f"run x {reply}") == Command("run", "x", texts)


@given(TEXTS)
def test_words_hold_no_space_that_was_not_quoted(text: str) -> None:
    if '"' in text or "'" in text:
        return
    assert tokenize(text) == text.split()


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("a=1 &amp;&amp; b &lt;c&gt;", "a=1 && b <c>"),
        ("&amp;lt;", "&lt;"),
        ("x=<http://example.com|example.com>", "x=example.com"),
        ("x=<https://example.com/a?b=1&amp;c>", "x=https://example.com/a?b=1&c"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<mailto:a@example.com>", "a@example.com"),
        ("<@U00EXAMPLE> <@U00EXAMPLE|other-user>", "U00EXAMPLE U00EXAMPLE"),
        ("<#C00EXAMPLE|chat> <!here>", "C00EXAMPLE here"),
        ("a < b", "a < b"),
        ("<>", ""),
    ],
)
def test_slacks_escapes_are_decoded(text: str, typed: str) -> None:
    assert unescape(text) == typed


@given(st.text(st.sampled_from("<>|&;@#!amplt a")))
def test_any_text_of_slack_is_decoded(text: str) -> None:
    unescape(text)
