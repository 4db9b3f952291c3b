"""The document of one studio, out of that of its house: what its own repository keeps.

Whoever may read that repository learns nothing of other studios: not of what they have, nor of who is in them. Of the
house remains what the studio cannot do without: its agreements, and its administrators, of whom one is to be let in.
Roles stay behind: their trust may name anybody. So do the names of a provider's people who are nobody here.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from greenroom.store.portable import CARRIED, Document
from greenroom.studio.status import ResourceState

_OF_STUDIOS = (
    "studio_members",
    "studio_components",
    "streaming_images",
    "launch_profiles",
    "streaming_sessions",
    "streaming_session_backups",
    "schedules",
)
"""Tables whose rows name their studio."""
_OF_PROFILES = ("launch_profile_members", "retention_policies", "idle_stops")
_WITH_PEOPLE = {
    "studio_members": "principal_id",
    "launch_profile_members": "principal_id",
    "streaming_sessions": "owned_by",
    "streaming_session_backups": "owned_by",
}
"""Where somebody is named who belongs to the studio, in that column."""
_Row = dict[str, Any]


def further_studios(document: Document) -> list[str]:
    """The studios of the document that have a repository of their own."""
    return [
        row["studio_id"]
        for row in document.raw("studios")
        if row["vault_path"] and row["state"] != ResourceState.DELETED
    ]


def of_studio(document: Document, studio_id: str) -> Document:
    """The same, of that studio alone, as the founding one of a house: the vault that it is kept in is that house's."""
    kept: dict[str, list[_Row]] = {}

    def keep(table: str, wanted: Callable[[_Row], bool]) -> None:
        kept[table] = [row for row in document.raw(table) if wanted(row)]

    def known(table: str, column: str) -> set[Any]:
        return {row[column] for row in kept[table]}

    kept["studios"] = [row | {"vault_path": ""} for row in document.raw("studios") if row["studio_id"] == studio_id]
    for table in _OF_STUDIOS:
        keep(table, lambda row: row["studio_id"] == studio_id)
    profiles = known("launch_profiles", "launch_profile_id")
    for table in _OF_PROFILES:
        keep(table, lambda row: row["launch_profile_id"] in profiles)
    here = {row[column] for table, column in _WITH_PEOPLE.items() for row in kept[table]}
    keep("users", lambda row: row["principal_id"] in here or row["administrator"])
    # Whose house it was is of the other studios: here they are people of this one.
    kept["users"] = [row | {"studio_id": studio_id} for row in kept["users"]]
    people = known("users", "principal_id")
    keep("user_identities", lambda row: row["principal_id"] in people)
    keep("group_members", lambda row: row["principal_id"] in people)
    groups = known("group_members", "group_name")
    keep("groups", lambda row: row["group_name"] in groups)
    targets = {"user": people, "group": groups}
    keep("policy_attachments", lambda row: row["target_id"] in targets.get(row["target_type"], ()))
    policies = known("policy_attachments", "policy_name")
    keep("policies", lambda row: row["policy_name"] in policies)
    keep("eulas", lambda _row: True)
    keep("eula_acceptances", lambda row: row["acceptee_id"] in {studio_id, *people})
    keep("roles", lambda _row: False)
    if kept.keys() != CARRIED.keys():
        raise AssertionError(f"tables of which it is not said what is one studio's: {kept.keys() ^ CARRIED.keys()}")
    tables = {
        name: msgspec.structs.replace(
            document.tables[name],
            rows=[[row[column] for column in document.tables[name].columns] for row in kept[name]],
        )
        for name in CARRIED
    }
    return msgspec.structs.replace(document, tables=tables)
