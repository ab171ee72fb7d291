"""YAML that is written: a parser reads what was meant, whatever the texts contain."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from local.deployment.serverless_devs.yaml_text import Value, scalar, yaml_lines

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["yes", "No", "on", "n", "null", "~", "1e3", "0x1f", "1:30", "2026-11-27", "=", "<<", "---",
     "- a", "a: b", "a #b", "'", '"', "'\"", "\\", " a", "a ", "", "\ufeff", "\x85", "\u2028"]
)  # fmt: skip
VALUES = st.recursive(
    TEXTS | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_a_parser_reads_what_was_written(document: dict[str, Value]) -> None:
    assert yaml.safe_load("\n".join(yaml_lines(document))) == document


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("python3.10", "python3.10"),
        ("cloud-sync-edas", "cloud-sync-edas"),
        ("3.0.0", '"3.0.0"'),
        ("CRON_TZ=Asia/Shanghai 0 7 * * * *", '"CRON_TZ=Asia/Shanghai 0 7 * * * *"'),
        ('{"type": "all"}', '\'{"type": "all"}\''),
        ('{"name": "it\'s"}', "'{\"name\": \"it''s\"}'"),
        ("off", '"off"'),
        ("12", '"12"'),
        (0.25, "0.25"),
        (True, "true"),
    ],
)
def test_a_text_is_quoted_unless_it_is_a_plain_word(value: str | float, text: str) -> None:
    assert scalar(value) == text
