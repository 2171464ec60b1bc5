"""A row of the table, and its limit."""

import dataclasses

from spread import Spread


@dataclasses.dataclass
class Bar:
    """The limit of a row: at most (or at least) `limit`."""
    limit: float
    at_least: bool = False

    def is_met_by(self, value):
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self):
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclasses.dataclass
class Result:
    """A row of the table. The bar limits `judged`: the ratio, or `ours` if there is none."""
    group: str
    name: str
    unit: str = ""
    ours: float | None = None
    other: float | None = None  # of the baseline
    other_name: str = ""
    ratio: Spread | None = None
    spread: Spread | None = None  # of `ours`, if there is no ratio
    bar: Bar | None = None
    load: dict = dataclasses.field(default_factory=dict)  # rate, p50_us, p99_us of ours
    remark: str = ""

    @property
    def judged(self):
        return self.ratio.median if self.ratio else self.ours

    @property
    def verdict(self):
        if self.bar is None or self.judged is None:
            return ""
        return "met" if self.bar.is_met_by(round(self.judged, 2)) else "MISSED"
