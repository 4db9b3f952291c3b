"""A clock that was set back: which moments that were written down it has not come to yet.

Pure: given moments and the time, this decides.
"""

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)
"""So far in the future may a moment be that was written down: the clocks of several servers differ."""


def is_to_come(moment: datetime, now: datetime) -> bool:
    """Whether something that is said to have been done at that moment cannot have been, by the clock as it is now.

    What such a thing lets people do until some time would last longer than it was meant to: it ends at once.
    """
    return moment - now > AHEAD
