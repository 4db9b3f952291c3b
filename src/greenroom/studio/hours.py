"""A part of the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Hours:
    """From `first` o'clock to `end` o'clock, on the machine's clock; over midnight where `end` is not later.

    `first` 0 to 23, `end` 0 to 24, not the same.
    """

    first: int
    end: int

    def has(self, moment: datetime) -> bool:
        """Whether that moment is in them."""
        hour = moment.astimezone().hour
        if self.first < self.end:
            return self.first <= hour < self.end
        return hour >= self.first or hour < self.end

    def began(self, moment: datetime) -> datetime:
        """When the hours that the moment is in began, to the hour; the moment itself where it is in none."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        if not self.has(moment):
            return moment
        for _ in range(26):
            if not self.has(hour - timedelta(hours=1)):
                return hour
            hour -= timedelta(hours=1)
        return hour  # all of the day

    def next(self, moment: datetime) -> datetime:
        """The first moment in them from then on, to the hour; the moment itself where it is."""
        if self.has(moment):
            return moment
        hour = moment.replace(minute=0, second=0, microsecond=0)
        for _ in range(26):  # a day, and what a change of the clock adds
            hour += timedelta(hours=1)
            if self.has(hour):
                return hour
        raise AssertionError(f"no such hour in a day: {self}")
