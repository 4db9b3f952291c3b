"""A few words in the desktop's corner, shown inside of the session, as its user."""

import math
import subprocess
import sys
import time

_TIMEOUT = 3
_LONGEST = 24 * 3600


def main(title: str, text: str, until: str) -> None:
    """Show them until that moment (seconds since 1970), or until somebody clicks on them.

    `{time}` in the text is that moment by the session's own clock and time zone. Ends with an error where nothing can
    show them.
    """
    moment = float(until)
    text = text.replace("{time}", time.strftime("%H:%M", time.localtime(moment)))
    milliseconds = 1000 * min(_LONGEST, max(1, math.ceil(moment - time.time())))
    done = subprocess.run(
        (
            *("notify-send", "--app-name=Greenroom", "--icon=dialog-warning", f"--expire-time={milliseconds}"),
            # The next of them takes the place of the one before.
            *("--hint=string:x-dunst-stack-tag:greenroom", "--", title, text),
        ),
        stdin=subprocess.DEVNULL,
        timeout=_TIMEOUT,
        check=False,
    )
    sys.exit(done.returncode)
