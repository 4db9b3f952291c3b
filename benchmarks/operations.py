"""Start-up, every reading operation with 10,000 records of its kind, and the largest launch profile on the wire.

`python -m benchmarks.operations [--records 10000]`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from benchmarks.studio import Served, served
from greenroom.server.house import open_house
from greenroom.server.settings import Settings
from greenroom.store import components, images, launch_profiles, sessions
from greenroom.studio.ids import new_id
from greenroom.wire import shapes
from greenroom.wire.codec import decode_request, encode_response
from greenroom.wire.operations import OPERATIONS

CALLS = 30


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
    with served(engine="simulated", volumes="copy") as studio:
        print(f"start to serving: {studio.start_seconds:.2f} s")
        multiply(studio, arguments.records)
        for name, call in calls(studio).items():
            at_client = milliseconds(call)
            print(
                f"{name:<32} {server_milliseconds(studio, name):6.1f} ms at the server, {at_client:6.1f} at the client"
            )
    print(f"greenroom --help: {_help_seconds():.2f} s")
    print(f"largest launch profile, decode, check and encode: {largest_profile():.2f} ms")


def multiply(studio: Served, count: int) -> None:
    """`count` copies of the first profile, image, component and of a session."""
    studio.session()
    with open_house(Settings.load(studio.data)) as house, house.database.write() as connection:
        now = house.clock()
        profile = launch_profiles.page(connection, studio.studio_id, limit=1)[0]
        session = sessions.page(connection, studio.studio_id, limit=1)[0]
        image = images.get(connection, profile.stream_configuration.streaming_image_ids[0])
        component = components.get(connection, profile.studio_component_ids[0])
        assert image is not None
        assert component is not None
        for number in range(1, count):
            at = now - timedelta(seconds=number)
            launch_profiles.insert(connection, replace(profile, launch_profile_id=new_id(), created_at=at))
            images.insert(connection, replace(image, streaming_image_id=new_id(), created_at=at))
            components.insert(connection, replace(component, studio_component_id=new_id(), created_at=at))
            sessions.insert(
                connection,
                replace(
                    session, session_id=new_id(), created_at=at, number=session.number + number, volume_id=new_id()
                ),
            )


def calls(studio: Served) -> dict[str, Callable[[], Any]]:
    """Each reading operation, by name."""
    client, here = studio.client, {"studioId": studio.studio_id}
    profile = {**here, "launchProfileId": studio.founding["launchProfileId"]}
    return {
        "ListLaunchProfiles": lambda: client.list_launch_profiles(**here),
        "GetLaunchProfile": lambda: client.get_launch_profile(**profile),
        "GetLaunchProfileDetails": lambda: client.get_launch_profile_details(**profile),
        "ListStreamingSessions": lambda: client.list_streaming_sessions(**here),
        "ListStreamingImages": lambda: client.list_streaming_images(**here),
        "ListStudioComponents": lambda: client.list_studio_components(**here),
        "ListStreamingSessionBackups": lambda: client.list_streaming_session_backups(**here),
        "GetStudio": lambda: client.get_studio(**here),
    }


def server_milliseconds(studio: Served, operation: str) -> float:
    """The mean of the operation's calls from their arrival to their answer, as the server's own metrics say."""
    text = httpx.get(f"{studio.client.meta.endpoint_url}/metrics").text
    name = 'greenroom_request_seconds_{}{{operation="' + operation + '"}} '
    total, count = (
        next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name.format(each)))
        for each in ("sum", "count")
    )
    return total / count * 1000


def milliseconds(call: Callable[[], Any]) -> float:
    """The median of a number of calls, the client's own time included."""
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def largest_profile() -> float:
    """Milliseconds for a launch profile of the largest size that the constraints allow."""
    operation = OPERATIONS["CreateLaunchProfile"]
    body = msgspec.json.encode(
        {
            "name": "n" * 64,
            "description": "d" * 256,
            "ec2SubnetIds": [f"subnet-{number:08x}" for number in range(6)],
            "launchProfileProtocolVersions": ["2021-03-31"],
            "studioComponentIds": [new_id() for _ in range(100)],
            "streamConfiguration": {
                "clipboardMode": "ENABLED",
                "ec2InstanceTypes": [each.value for each in shapes.StreamingInstanceType][:30],
                "streamingImageIds": [new_id() for _ in range(20)],
            },
            "tags": {f"key-{number}": "v" * 256 for number in range(50)},
        }
    )

    def once() -> None:
        request = decode_request(operation, {"studioId": "us-west-2:stid-x"}, [], {}, body)
        profile = msgspec.convert(request, shapes.LaunchProfile, from_attributes=True)
        encode_response(operation, shapes.CreateLaunchProfileResponse(launch_profile=profile))

    return milliseconds(once)


def _help_seconds() -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "greenroom.cli", "--help"], check=True, capture_output=True)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
