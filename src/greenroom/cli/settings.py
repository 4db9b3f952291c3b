"""`greenroom settings`: every setting with its value, where that came from, and what it means."""

import os
from pathlib import Path

from greenroom.cli.options import Data, Json


def show(data: Data = Path("data"), json: Json = False) -> None:
    """Print every setting: name, value, default, source, meaning."""
    from greenroom.cli.output import note, print_json, print_table
    from greenroom.server.settings import Settings, unknown_variables

    settings = Settings.load(data)
    rows = [
        {
            "name": setting.name,
            "value": value,
            "default": setting.default,
            "source": source,
            "meaning": setting.meaning,
            "accepts": setting.form.accepts,
            "variable": setting.variable,
        }
        for setting, value, source in settings.shown()
    ]
    if json:
        print_json(rows)
    else:
        columns = ("name", "value", "default", "source", "meaning")
        print_table([name.capitalize() for name in columns], [[row[name] for name in columns] for row in rows])
    for variable, near in unknown_variables(os.environ).items():
        note(f"The environment has {variable}, which is no setting{f' (did you mean {near}?)' if near else ''}.")
