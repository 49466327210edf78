"""What is counted, and how much of it is allowed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """Articles, and their code points with those of their titles."""

    articles: int = 0
    code_points: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.articles + other.articles, self.code_points + other.code_points)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.articles - other.articles, self.code_points - other.code_points)

    def covers(self, other: Amount) -> bool:
        """Say whether there is as much of both."""
        return self.articles >= other.articles and self.code_points >= other.code_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of each: calls but for scoring, articles and their code points a second; the latter a day.

    0: as much as one likes.
    """

    rate_calls: int = 0
    rate_articles: int = 0
    rate_code_points: int = 0
    daily_articles: int = 0
    daily_code_points: int = 0
