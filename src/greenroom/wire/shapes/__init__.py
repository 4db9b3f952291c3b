"""Every shape of the API, each declared once: `shapes.StreamingSessionBackup`."""

# ruff: noqa: F403  every module below names in __all__ what it declares, and this package is their sum
from greenroom.wire.shapes.base import Shape as Shape
from greenroom.wire.shapes.base import UnionShape as UnionShape
from greenroom.wire.shapes.eulas import *
from greenroom.wire.shapes.launch_profile_initializations import *
from greenroom.wire.shapes.launch_profiles import *
from greenroom.wire.shapes.members import *
from greenroom.wire.shapes.scalars import *
from greenroom.wire.shapes.stream_configurations import *
from greenroom.wire.shapes.streaming_images import *
from greenroom.wire.shapes.streaming_session_backups import *
from greenroom.wire.shapes.streaming_session_streams import *
from greenroom.wire.shapes.streaming_sessions import *
from greenroom.wire.shapes.studio_components import *
from greenroom.wire.shapes.studios import *
from greenroom.wire.shapes.tags import *
