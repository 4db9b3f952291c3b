"""What people would use instead of a listing: `restic snapshots --json`, and moto's describe_snapshots.

`python -m benchmarks.peers [--restic 30] [--moto 150,1000]`. moto comes with requirements/bench.txt.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import boto3


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restic", type=int, default=30)
    parser.add_argument("--moto", default="150,1000")
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores")
    print(f"restic snapshots --json, {arguments.restic} snapshots: {restic(arguments.restic):.2f} s")
    for count in (int(each) for each in arguments.moto.split(",")):
        print(f"moto describe_snapshots, {count} snapshots: {moto(count):.2f} s")


def restic(count: int) -> float:
    """Seconds of one listing of that many snapshots; the median of three."""
    with tempfile.TemporaryDirectory() as directory:
        password, source = Path(directory) / "password", Path(directory) / "source"
        password.write_text("password")
        source.mkdir()
        command = ["restic", "-r", f"{directory}/repository", "--password-file", str(password)]
        subprocess.run([*command, "-q", "init"], check=True)
        for number in range(count):
            (source / "file").write_text(str(number))
            subprocess.run([*command, "-q", "backup", str(source)], check=True)
        return _median(lambda: subprocess.run([*command, "snapshots", "--json"], check=True, capture_output=True))


def moto(count: int) -> float:
    """Seconds of one describe_snapshots of that many, all pages; the median of three."""
    from moto import mock_aws

    with mock_aws():
        ec2 = boto3.Session("x", "x", region_name="us-west-2").client("ec2")
        volume = ec2.create_volume(AvailabilityZone="us-west-2a", Size=1)["VolumeId"]
        for _ in range(count):
            ec2.create_snapshot(VolumeId=volume)
        return _median(lambda: ec2.describe_snapshots(OwnerIds=["self"]))


def _median(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        started = time.monotonic()
        call()
        taken.append(time.monotonic() - started)
    return sorted(taken)[1]


if __name__ == "__main__":
    main()
