"""Every table. The migrations beside this build the same; a test compares the two."""

# ruff: noqa: F403  every module below names in __all__ what it declares, and this package is their sum
from greenroom.store.tables.backups import *
from greenroom.store.tables.columns import metadata as metadata
from greenroom.store.tables.health import *
from greenroom.store.tables.people import *
from greenroom.store.tables.resources import *
from greenroom.store.tables.sessions import *
from greenroom.store.tables.studios import *
from greenroom.store.tables.work import *
