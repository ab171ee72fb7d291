"""A plain table: fixed columns, and one that wraps to what width is left."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

GAP = "  "
NARROWEST_COLUMN = 16

Paint = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Parameters
    ----------
    title: its heading.
    wraps: whether its texts are wrapped to the width that is left; for one column.
    right: whether its texts stand at the right, as numbers do.
    """

    title: str
    wraps: bool = False
    right: bool = False


def render(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    width: int,
    paint: Paint = lambda _title, text: text,
) -> str:
    """Return a table as text, without a line break at its end.

    Parameters
    ----------
    columns, rows: what it shows; a text may hold line breaks.
    width: columns of the screen.
    paint: from a column's title and a padded text to the text in its colour.
    """
    widths = [
        max(len(line) for row in (*rows, titles(columns)) for line in lines(row[index]))
        for index in range(len(columns))
    ]
    for index, column in enumerate(columns):
        if column.wraps:
            others = sum(widths) - widths[index] + len(GAP) * (len(columns) - 1)
            widths[index] = min(widths[index], max(NARROWEST_COLUMN, width - others))
    said = [
        line(columns, widths, titles(columns), lambda _title, text: text),
        GAP.join("─" * width for width in widths),
    ]
    for row in rows:
        cells = [
            wrapped(text, widths[index]) if columns[index].wraps else lines(text)
            for index, text in enumerate(row)
        ]
        said += [line(columns, widths, parts, paint) for parts in zip_longest(*cells, fillvalue="")]
    return "\n".join(said)


def titles(columns: Sequence[Column]) -> list[str]:
    """Return the headings."""
    return [column.title for column in columns]


def lines(text: str) -> list[str]:
    """Return the lines of a text, one empty line for an empty text."""
    return text.split("\n")


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, none longer than the width; ids stay whole if they can."""
    parts = [textwrap.wrap(each, width, break_on_hyphens=False) or [""] for each in lines(text)]
    return [part for of_line in parts for part in of_line]


def line(
    columns: Sequence[Column], widths: Sequence[int], parts: Sequence[str], paint: Paint
) -> str:
    """Return one line of the table."""
    padded = [
        paint(column.title, part.rjust(width) if column.right else part.ljust(width))
        for column, width, part in zip(columns, widths, parts, strict=True)
    ]
    return GAP.join(padded).rstrip()
