"""The documentation's tables of operations and settings, generated from the code.

``python -m local.doc_tables`` writes them between their markers.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from functions.registry import OPERATIONS, load
from shared.models._core_schemas import COMMON_FIELDS
from shared.settings import SETTINGS, Setting

ROOT = Path(__file__).parent.parent


def operations() -> str:
    """Return the table of operations."""
    rows = [
        "| operation | function | parameters (required in bold) | what it does |",
        "| --- | --- | --- | --- |",
    ]
    for name, module in OPERATIONS.items():
        operation = load(name)
        own = [field for field in operation.params.fields if field not in COMMON_FIELDS]
        needed = operation.params.required
        parameters = ", ".join(f"**`{p}`**" if p in needed else f"`{p}`" for p in own)
        file = module.replace(".", "/") + ".py"
        rows.append(
            f"| [`{name}`]({file}) | `{operation.function}` | {parameters} | {operation.title} |"
        )
    return "\n".join(rows)


def settings() -> str:
    """Return the tables of settings, one for each group."""
    parts: list[str] = []
    for group, rows in groupby(SETTINGS.values(), key=lambda row: row.group):
        parts.append(f"**{group}**\n\n| name | default | meaning |\n| --- | --- | --- |")
        parts[-1] += "".join(f"\n{line(row)}" for row in rows)
    return "\n\n".join(parts)


def line(row: Setting) -> str:
    """Return one setting as a table's line."""
    default = f"`{row.default}`" if row.default else ""
    secret = " *Secret.*" if row.secret else ""
    return f"| `{row.name}` | {default} | {row.description}{secret} |"


TABLES = {"README.md": ("operations", operations), "docs/settings.md": ("settings", settings)}
"""Document -> the name of its markers, and what generates the table between them."""


def regenerate(document: str, text: str) -> str:
    """Return a document's text with its table regenerated."""
    name, table = TABLES[document]
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{table()}\n\n{end}{after}"


def main() -> None:
    """Regenerate the documents."""
    for document in TABLES:
        path = ROOT / document
        path.write_text(regenerate(document, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
