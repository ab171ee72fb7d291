"""A bar chart of ratios as SVG, legible on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks import goals
from benchmarks.figures import Row

SERVICES = ("edas", "ehpc", "cwp", "oms", "modelarts")
TITLES = {"edas": "EDAS", "ehpc": "E-HPC", "cwp": "CWP", "oms": "OMS", "modelarts": "ModelArts"}

SERIES = (
    ("cold start", goals.COLD, "#2f81f7"),
    ("cold start over TLS", goals.COLD_TLS, "#8250df"),
    ("memory", goals.MEMORY_TLS, "#2da44e"),
    ("time of a warm call", goals.WARM, "#bf8700"),
    ("zip", goals.SIZE, "#d1447a"),
)
"""Name, measure, and a colour that stands out from white and from black."""

WIDTH = 760
LEFT = 90
RIGHT = 60
TOP = 74
BAR = 11
GAP = 3
GROUP_GAP = 18

HEADLINE = "What a run costs as a share of the same call by the vendor's SDK (shorter is better)"
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 14px; font-weight: 600; fill: #24292f }
.value { font-size: 10px }
.line { stroke: #57606a; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #8d96a0 } .title { fill: #e6edf3 } .line { stroke: #8d96a0 }
}
"""


def share(row: Row) -> float | None:
    """Return ours as a share of the SDK's cost; calls a second are turned into time a call."""
    if row.ratio is None:
        return None
    return 1 / row.ratio.median if row.measure == goals.WARM else row.ratio.median


def chart(rows: Sequence[Row]) -> str:
    """Return the chart: a group for each service, a bar for each measure, a line at the SDK."""
    shares = {(row.measure, row.subject): share(row) for row in rows}
    series = [each for each in SERIES if any((each[1], name) in shares for name in SERVICES)]
    known = [value for key, value in shares.items() if value and key[0] in {s[1] for s in series}]
    most = max([1.1, *known])
    scale = (WIDTH - LEFT - RIGHT) / most
    drawn: list[str] = []
    y = TOP
    for service in SERVICES:
        height = len(series) * (BAR + GAP)
        drawn.append(
            f'<text x="{LEFT - 10}" y="{y + height / 2 + 3:.0f}" text-anchor="end">'
            f"{TITLES[service]}</text>"
        )
        for name, measure, colour in series:
            value = shares.get((measure, service))
            if value is not None:
                drawn.append(bar(y, value, scale, colour, f"{TITLES[service]}, {name}"))
            y += BAR + GAP
        y += GROUP_GAP
    x = LEFT + scale
    drawn.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{y - 14}"/>')
    drawn.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">1 = the vendor\'s SDK</text>')
    size = f'viewBox="0 0 {WIDTH} {y + 14}" width="{WIDTH}" height="{y + 14}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
            f"<style>{STYLE}</style>",
            f'<text id="title" class="title" x="{LEFT}" y="22">{HEADLINE}</text>',
            *legend(series),
            *drawn,
            "</svg>\n",
        ]
    )


def bar(y: int, value: float, scale: float, colour: str, name: str) -> str:
    """Return one bar with its value."""
    width = value * scale
    return (
        f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2" fill="{colour}">'
        f"<title>{escape(name)}: {value:.2f}</title></rect>"
        f'<text class="value" x="{LEFT + width + 5:.1f}" y="{y + BAR - 2}">{value:.2f}</text>'
    )


def legend(series: Sequence[tuple[str, str, str]]) -> list[str]:
    """Return the names of the bars."""
    drawn: list[str] = []
    x = LEFT
    for name, _measure, colour in series:
        drawn.append(f'<rect x="{x}" y="38" width="{BAR}" height="{BAR}" rx="2" fill="{colour}"/>')
        drawn.append(f'<text x="{x + BAR + 5}" y="48">{escape(name)}</text>')
        x += 36 + len(name) * 6
    return drawn
