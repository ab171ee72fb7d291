"""A plain table: fixed columns, and one column of sentences that wraps to the width left."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

GAP = "  "
NARROWEST_COLUMN = 16
WIDE = 100
"""Columns of a screen from which on a wrapped sentence stays in its own column."""

INDENT = "    "
"""Before a sentence that has a line of its own."""

Paint = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    title: its heading.
    wraps: whether its texts are wrapped to the width that is left; for one column.
    right: whether its texts are aligned to the right, as numbers are.
    """

    title: str
    wraps: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of its own between the rows, over those that follow it."""

    text: str


Row = Sequence[str] | Heading


def unpainted(_title: str, text: str) -> str:
    """Return a text as it is."""
    return text


def render(
    columns: Sequence[Column],
    rows: Sequence[Row],
    width: int,
    paint: Paint = unpainted,
) -> str:
    """Return a table as text, without a line break at its end.

    Lines break at spaces only, so an id, a time or a path is never torn. Where the table does
    not fit a narrow screen, the column that wraps moves to lines of its own under each row.

    Parameters
    ----------
    columns, rows: what it shows; a text may hold line breaks.
    width: columns of the screen.
    paint: from a column's title and a padded text to the text in its colour; a heading's title
        is empty.
    """
    cells = [row for row in rows if not isinstance(row, Heading)]
    widths = [
        max(len(line) for row in (*cells, titles(columns)) for line in lines(row[index]))
        for index in range(len(columns))
    ]
    wrapping = next((index for index, column in enumerate(columns) if column.wraps), None)
    if wrapping is not None and total(widths) > width:
        if width < WIDE:
            return stacked(columns, rows, widths, wrapping, width, paint)
        others = total(widths) - widths[wrapping]
        widths[wrapping] = max(NARROWEST_COLUMN, width - others)
    shown = [line(columns, widths, titles(columns)), GAP.join("─" * each for each in widths)]
    for row in rows:
        if isinstance(row, Heading):
            shown.append(paint("", row.text))
            continue
        parts = [
            wrapped(text, widths[index]) if index == wrapping else lines(text)
            for index, text in enumerate(row)
        ]
        shown += [line(columns, widths, each, paint) for each in zip_longest(*parts, fillvalue="")]
    return "\n".join(shown)


def stacked(
    columns: Sequence[Column],
    rows: Sequence[Row],
    widths: Sequence[int],
    wrapping: int,
    width: int,
    paint: Paint,
) -> str:
    """Return a table whose wrapping column has lines of its own, indented under each row."""

    def without(values: Sequence[str]) -> list[str]:
        return [value for index, value in enumerate(values) if index != wrapping]

    kept = [column for column in columns if not column.wraps]
    kept_widths = [each for index, each in enumerate(widths) if index != wrapping]
    title = columns[wrapping].title
    shown = [
        line(kept, kept_widths, without(titles(columns))),
        INDENT + title,
        "─" * min(width, max(total(kept_widths), len(INDENT) + widths[wrapping])),
    ]
    for row in rows:
        if isinstance(row, Heading):
            shown.append(paint("", row.text))
            continue
        parts = zip_longest(*map(lines, without(row)), fillvalue="")
        shown += [line(kept, kept_widths, each, paint) for each in parts]
        sentence = wrapped(row[wrapping], width - len(INDENT))
        shown += [(INDENT + paint(title, part)).rstrip() for part in sentence]
    return "\n".join(shown)


def total(widths: Sequence[int]) -> int:
    """Return how wide a row is."""
    return sum(widths) + len(GAP) * (len(widths) - 1)


def titles(columns: Sequence[Column]) -> list[str]:
    """Return the headings."""
    return [column.title for column in columns]


def lines(text: str) -> list[str]:
    """Return the lines of a text, one empty line for an empty text."""
    return text.split("\n")


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, broken at spaces only; a longer word has a line of its own."""
    parts = [
        textwrap.wrap(each, width, break_on_hyphens=False, break_long_words=False) or [""]
        for each in lines(text)
    ]
    return [part for of_line in parts for part in of_line]


def line(
    columns: Sequence[Column],
    widths: Sequence[int],
    parts: Sequence[str],
    paint: Paint = unpainted,
) -> str:
    """Return one line of the table."""
    padded = [
        paint(column.title, part.rjust(width) if column.right else part.ljust(width))
        for column, width, part in zip(columns, widths, parts, strict=True)
    ]
    return GAP.join(padded).rstrip()
