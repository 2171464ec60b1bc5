"""The results as a table in plain text, which is also a Markdown table."""

HEAD = ["", "ours", "plain C", "ratio", "95 % within", "bar", "", "rate/s", "p50 us", "p99 us"]


def number(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 20 else 2}f}"


def _cells(result):
    unit = f" {result.unit}" if result.unit else ""
    if result.remark:
        return [result.name, result.remark] + [""] * (len(HEAD) - 2)
    spread = result.ratio or result.spread
    other = number(result.other)
    if result.other_name not in ("", "plain C"):
        other += f" ({result.other_name})"
    return [result.name, number(result.ours) + unit, other,
            f"{result.ratio.median:.2f}" if result.ratio else "",
            f"{number(spread.low)} to {number(spread.high)}" if spread and spread.low < spread.high
            else "",
            str(result.bar or ""), result.verdict,
            *[number(result.load.get(name)) for name in ("rate", "p50_us", "p99_us")]]


def text(results):
    """Returns one table, with the groups in bold rows."""
    rows, group = [HEAD], None
    for result in results:
        if result.group != group:
            group = result.group
            rows.append([f"**{group}**"] + [""] * (len(HEAD) - 1))
        rows.append(_cells(result))
    # A long remark must not make the column wide for the other rows.
    widths = [max(len(row[i]) for row in rows if not (i == 1 and row[2:] == [""] * len(row[2:])))
              for i in range(len(HEAD))]
    rows.insert(1, ["-" * (width - 1) + (":" if i else "-") for i, width in enumerate(widths)])

    def line(row):
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        return "| " + " | ".join(cells) + " |"
    return "\n".join(line(row) for row in rows)
