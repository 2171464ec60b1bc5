"""Medians and their confidence intervals."""

import math
from statistics import median


def interval(values):
    """The 95 % confidence interval of the median, from the ranks; below six values, the range."""
    ordered = sorted(values)
    count = len(ordered)
    first = 0
    outside = 2 / 2**count  # the chance that the median is not between the least and the largest
    while first + 1 < count / 2:
        outside += 2 * math.comb(count, first + 1) / 2**count
        if outside > 0.05:
            break
        first += 1
    return ordered[first], ordered[count - 1 - first]


class Spread:
    """A median with its interval."""

    def __init__(self, values):
        values = list(values)
        self.median = median(values)
        self.low, self.high = interval(values)
