"""The measured figures as text: a table for the screen, one for ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.figures import Row, Spread
from local.table import Column, render

BEGIN = "<!-- figures: begin -->"
END = "<!-- figures: end -->"

HEADINGS = ("measure", "of", "ours", "SDK", "ours / SDK", "goal", "")


def number(value: float) -> str:
    """Return a figure with three digits that say something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(found: Spread | None, unit: str = "") -> str:
    """Return a median and, where it is not alone, the middle half around it."""
    if found is None:
        return "-"
    text = f"{number(found.median)} {unit}".rstrip()
    ends = number(found.low), number(found.high)
    return text if ends[0] == ends[1] else f"{text} ({ends[0]} … {ends[1]})"


def cells(row: Row) -> tuple[str, ...]:
    """Return the texts of one row."""
    met = {True: "met", False: "not met", None: ""}[row.met]
    return (
        row.measure,
        row.subject,
        spread(row.ours, row.unit),
        spread(row.sdk),
        spread(row.ratio),
        row.goal or "",
        met,
    )


def screen(rows: Sequence[Row], width: int = 140) -> str:
    """Return the table for a screen."""
    return render([Column(title) for title in HEADINGS], [cells(row) for row in rows], width)


def markdown(rows: Sequence[Row], machine: Mapping[str, object]) -> str:
    """Return the table for the document, with what it was measured on."""
    versions = machine["versions"]
    packages = (
        ", ".join(f"{k} {v}" for k, v in versions.items()) if isinstance(versions, dict) else ""
    )
    by = machine["instructions_by"] or "nothing: no counter here"
    where = ", ".join(str(machine[key]) for key in ("processor", "system", "python"))
    lines = [
        f"{where}, {machine['cores']} cores; instructions counted by {by}; {packages}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "| --- " * len(HEADINGS) + "|",
        *("| " + " | ".join(cells(row)) + " |" for row in rows),
    ]
    return "\n".join(lines)


def replaced(document: str, table: str) -> str:
    """Return the document with another table between its marks.

    Raises
    ------
    ValueError: a mark is missing.
    """
    before, found, rest = document.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise ValueError(f"the document lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
