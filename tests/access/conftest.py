"""Principals as the tests of this folder need them."""

from collections.abc import Callable

import pytest

from greenroom.access.managed import managed_policy
from greenroom.access.policies import Policy, PolicySet
from greenroom.access.principals import Principal, user_arn

ACCOUNT_ID = "111122223333"

MakePrincipal = Callable[..., Principal]


@pytest.fixture
def principal() -> MakePrincipal:
    """Makes a user from managed policies, by name, and other policies."""

    def make(*policies: str | Policy, name: str = "ana") -> Principal:
        return Principal(
            principal_id=f"u-{name}",
            user_name=name,
            account_id=ACCOUNT_ID,
            arn=user_arn(ACCOUNT_ID, name),
            administrator=False,
            policies=PolicySet.compile(
                managed_policy(policy) if isinstance(policy, str) else policy for policy in policies
            ),
        )

    return make
