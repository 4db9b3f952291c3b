"""The desktop of a session: what it is made of, and how it is kept running inside.

`outfit` is the engine's side. `supervisor` and `components` run inside of the session, where only the standard library
and this package are to be had.
"""
