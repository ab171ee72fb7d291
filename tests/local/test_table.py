"""How a table is laid out."""

from __future__ import annotations

from local.table import Column, Heading, Row, render

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


def test_numbers_are_right_aligned() -> None:
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


LONG = "task 00000001-0000-4000-8000-000000000005 finished 2026-11-26T01:42:34+08:00"


def test_no_id_and_no_time_is_broken_on_any_screen() -> None:
    for width in (20, 30, 40, 60, 80, 100):
        words = render(COLUMNS, [("x", LONG, "1")], width).split()
        assert set(LONG.split()) <= set(words), width


def test_a_table_that_fits_has_one_line_a_row_on_a_narrow_screen_too() -> None:
    assert len(render(COLUMNS, [("x", "short", "1"), ("y", "text", "2")], 40).splitlines()) == 4


def test_on_a_narrow_screen_a_sentence_has_a_line_of_its_own() -> None:
    table = render(COLUMNS, [("one", "eleven words " * 4 + "end", "7")], 60)
    assert table.splitlines() == [
        "name  count",
        "    text",
        "─" * 59,
        "one       7",
        "    eleven words eleven words eleven words eleven words end",
    ]


def test_on_a_wide_screen_a_sentence_wraps_in_its_column() -> None:
    lines = render(COLUMNS, [("one", "eleven words " * 9 + "end", "7")], 100).splitlines()
    assert lines[3] == "      words eleven words eleven words end"


def test_a_heading_spans_the_columns_and_widens_none() -> None:
    heading = "a heading that is longer than any column"
    rows: list[Row] = [Heading(heading), ("x", "short", "1")]
    for width in (20, 100):
        assert heading in render(COLUMNS, rows, width).splitlines()
    assert len(render(COLUMNS, rows, 100).splitlines()[1]) == len("name  short  count")


def test_without_a_column_that_wraps_a_wide_row_stays_in_one_line() -> None:
    columns = (Column("name"), Column("digest"))
    assert len(render(columns, [("x", "0" * 64)], 40).splitlines()) == 3
