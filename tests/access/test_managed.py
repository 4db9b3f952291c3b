import pytest

from greenroom.access.managed import MANAGED_POLICIES, managed_policy, managed_policy_arn


@pytest.mark.parametrize("name", MANAGED_POLICIES)
def test_every_managed_policy_is_a_policy(name: str) -> None:
    policy = managed_policy(name)
    assert policy.name == name
    assert policy.statements
    assert all(statement.sid for statement in policy.statements)


def test_the_names_of_the_original_are_kept() -> None:
    assert {name for name in MANAGED_POLICIES if name.startswith("Amazon")} == {
        "AmazonNimbleStudio-StudioUser",
        "AmazonNimbleStudio-StudioAdmin",
        "AmazonNimbleStudio-LaunchProfileWorker",
    }


def test_a_managed_policy_has_the_same_arn_in_every_account() -> None:
    arn = managed_policy_arn("AmazonNimbleStudio-StudioUser")
    assert arn == "arn:aws:iam::aws:policy/AmazonNimbleStudio-StudioUser"


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        managed_policy("AdministratorAccess")
