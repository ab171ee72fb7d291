"""How a table is laid out."""

from __future__ import annotations

from local.table import Column, render

COLUMNS = (Column("name"), Column("text", wraps=True), Column("count", right=True))
ROWS = [
    ("one", "a sentence of several words that has to be wrapped somewhere", "7"),
    ("two\nlines", "short", "1200"),
]


def test_no_line_is_wider_than_the_screen() -> None:
    assert max(len(line) for line in render(COLUMNS, ROWS, 40).splitlines()) <= 40


def test_a_wrapped_text_loses_no_word() -> None:
    words = set(render(COLUMNS, ROWS, 40).split())
    assert set(ROWS[0][1].split()) <= words


def test_numbers_stand_at_the_right() -> None:
    lines = render(COLUMNS, ROWS, 100).splitlines()
    assert lines[2].endswith("    7")
    assert lines[3].endswith(" 1200")


def test_a_cell_may_have_two_lines() -> None:
    lines = render(COLUMNS, ROWS, 100).splitlines()
    assert [line.split()[0] for line in lines[3:]] == ["two", "lines"]


def test_an_id_is_not_broken_at_its_hyphens() -> None:
    text = render(COLUMNS, [("x", "copied to ap-southeast-1 and cn-hangzhou", "1")], 36)
    assert "ap-southeast-1" in text
    assert "cn-hangzhou" in text


def test_a_table_without_rows_has_its_heading() -> None:
    assert render(COLUMNS, [], 100).split()[:3] == ["name", "text", "count"]


def test_paint_gets_the_padded_text_so_that_colours_do_not_shift_columns() -> None:
    plain = render(COLUMNS, ROWS, 60)
    painted = render(
        COLUMNS, ROWS, 60, lambda title, text: f"<{text}>" if title == "name" else text
    )
    lines = painted.replace("<", "").replace(">", "").splitlines()
    assert [line.rstrip() for line in lines] == plain.splitlines()
