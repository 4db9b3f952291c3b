"""The main paths, by whatever boto3 runs this: `python current_client.py FOUNDING`, what it saw as JSON on stdout.

It runs in an environment that has nothing of Greenroom. FOUNDING is what `greenroom init --json` printed.
"""

import json
import sys
import time
import uuid

import boto3
from botocore.config import Config

founding = json.loads(sys.argv[1])
client = boto3.client(
    "nimble",
    endpoint_url=founding["endpoint"],
    region_name=founding["region"],
    aws_access_key_id=founding["accessKeyId"],
    aws_secret_access_key=founding["secretAccessKey"],
    config=Config(retries={"max_attempts": 1}),
)
studio = {"studioId": founding["studioId"]}
quick = {"Delay": 0.1, "MaxAttempts": 600}
seen = {"version": boto3.__version__, "states": []}


def wait(waiter):
    client.get_waiter(waiter).wait(**one, WaiterConfig=quick)
    seen["states"].append(client.get_streaming_session(**one)["session"]["state"])


def backups():
    pages = client.get_paginator("list_streaming_session_backups").paginate(**studio)
    found = [backup for page in pages for backup in page["streamingSessionBackups"]]
    return [backup for backup in found if backup["sessionId"] == one["sessionId"]]


created = client.create_streaming_session(
    **studio,
    launchProfileId=founding["launchProfileId"],
    tags={"by": "today's boto3"},
    clientToken=uuid.uuid4().hex,
)["session"]
seen["created"] = created["state"]
one = {**studio, "sessionId": created["sessionId"]}
wait("streaming_session_ready")
client.stop_streaming_session(**one)
wait("streaming_session_stopped")
while backups()[0]["state"] == "CREATE_IN_PROGRESS":
    time.sleep(0.1)
backup = backups()[0]
seen["backup"] = backup["state"]
client.start_streaming_session(**one, backupId=backup["backupId"])
wait("streaming_session_ready")
session = client.get_streaming_session(**one)["session"]
seen["restored"] = session["startedFromBackupId"] == backup["backupId"]
client.delete_streaming_session(**one)
wait("streaming_session_deleted")
try:
    client.get_streaming_session(**studio, sessionId="none")
except client.exceptions.ResourceNotFoundException as error:
    seen["absent"] = type(error).__name__
try:
    client.list_streaming_sessions(**studio, nextToken="none")
except client.exceptions.ValidationException as error:
    seen["invalid"] = type(error).__name__
json.dump(seen, sys.stdout)
