"""The ratios as horizontal bars: an SVG file for light and dark backgrounds."""

from html import escape

WIDTH, LEFT, RIGHT = 760, 270, 150
STEP, BAR = 24, 14
STYLE = """
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .head { font-weight: 600; }
    .small { font-size: 12px; fill: #59636e; }
    .ours { fill: #0969da; }
    .line { stroke: #59636e; stroke-width: 1; }
    .limit { stroke: #bc4c00; stroke-width: 2; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .small { fill: #9198a1; }
      .ours { fill: #4493f8; }
      .line { stroke: #9198a1; }
      .limit { stroke: #db6d28; }
    }"""


def svg(results):
    """Draws rows with a ratio to plain C. Peers are left out: their bars would dwarf the others."""
    rows = [r for r in results if r.ratio and r.other_name == "plain C" and r.bar]
    sections = [("CPU time for an operation, plain C = 1 (less is better)",
                 [r for r in rows if not r.bar.at_least]),
                ("Rate, plain C = 1 (more is better)", [r for r in rows if r.bar.at_least])]
    scale = (WIDTH - LEFT - RIGHT) / max([1.3, *(r.ratio.median for r in rows)])
    parts, y = [], 8
    for title, members in sections:
        if members:
            part, y = _section(title, members, scale, y)
            parts += part
    parts.append(f'<path class="limit" d="M{LEFT} {y + 4}v14"/>')
    parts.append(_text(LEFT + 8, y + 16, "what a row is to keep below (a rate: above)", "small"))
    height = y + 30
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
                      f'viewBox="0 0 {WIDTH} {height}" role="img">',
                      "<title>sockserver beside servers in plain C</title>",
                      f"<style>{STYLE}\n</style>", *parts, "</svg>", ""])


def _section(title, rows, scale, y):
    parts = [_text(0, y + 16, title, "head")]
    y += 30
    top, one = y, LEFT + scale
    for row in rows:
        length, limit = row.ratio.median * scale, LEFT + row.bar.limit * scale
        parts += [_text(LEFT - 10, y + 12, f"{row.group}: {row.name}", "", "end"),
                  f'<rect class="ours" x="{LEFT}" y="{y}" width="{length:.1f}" height="{BAR}" '
                  'rx="2"/>',
                  f'<path class="limit" d="M{limit:.1f} {y - 3}v{BAR + 6}"/>',
                  _text(max(LEFT + length, limit, one) + 8, y + 12, _figures(row), "small")]
        y += STEP
    parts.append(f'<path class="line" stroke-dasharray="3 3" d="M{one:.1f} {top - 6}V{y - 4}"/>')
    return parts, y + 12


def _figures(row):
    spread = row.ratio
    return f"{spread.median:.2f} ({spread.low:.2f} to {spread.high:.2f})"


def _text(x, y, words, kind, anchor="start"):
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x:.1f}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
