"""Greenroom's own operations on people, groups, access keys and policies: what the original left to IAM and SSO."""

# ruff: noqa: F403  every module below names in __all__ what it declares, and this package is their sum
from greenroom.wire.people.access_keys import *
from greenroom.wire.people.groups import *
from greenroom.wire.people.operations import *
from greenroom.wire.people.policies import *
from greenroom.wire.people.users import *
