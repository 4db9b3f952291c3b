from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from greenroom.access import actions
from greenroom.access.authorise import MEMBER_ACTIONS, AccessDenied, Resource, authorise
from greenroom.access.managed import GREENROOM_ADMINISTRATOR, STUDIO_ADMIN, STUDIO_USER
from greenroom.access.policies import Policy, parse_policy
from greenroom.access.principals import Principal
from greenroom.access.tags import request_tag_keys, resource_tag_keys

Make = Callable[..., Principal]

PREFIX = "arn:aws:nimble:us-west-2:111122223333:"
STUDIO_ARN = f"{PREFIX}studio/stid-1"
STUDIO = Resource(STUDIO_ARN, "studio", {"nimble:studioId": STUDIO_ARN})
PROFILE = Resource(f"{PREFIX}launch-profile/lp1", "launch-profile", {"nimble:studioId": STUDIO_ARN})


def session(owner: str | None, **tags: str) -> Resource:
    """A session; without an owner, one that is not there."""
    keys: dict[str, str] = {} if owner is None else {"nimble:ownedBy": owner, "nimble:createdBy": owner}
    return Resource(f"{PREFIX}streaming-session/s1", "streaming-session", keys | resource_tag_keys(tags))


def backup(owner: str) -> Resource:
    return Resource(f"{PREFIX}streaming-session-backup/b1", "streaming-session-backup", {"nimble:ownedBy": owner})


def policy(*statements: dict[str, Any], name: str = "p") -> Policy:
    defaults = {"Effect": "Allow", "Action": "nimble:*", "Resource": "*"}
    return parse_policy(
        {"Version": "2012-10-17", "Statement": [defaults | statement for statement in statements]}, name=name
    )


def test_what_is_allowed_returns_the_statements_that_allowed_it(principal: Make) -> None:
    allowed = authorise(principal(STUDIO_USER), "nimble:GetStreamingSession", [session("u-ana")])
    assert [str(statement) for statement in allowed] == [f"{STUDIO_USER}/WorkInOwnSessions"]


def test_a_denial_is_told_in_the_words_of_the_original(principal: Make) -> None:
    with pytest.raises(AccessDenied) as denied:
        authorise(principal(STUDIO_USER), "nimble:GetStudio", [STUDIO])
    assert (
        denied.value.message
        == str(denied.value)
        == (
            "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: nimble:GetStudio on resource:"
            f" {STUDIO_ARN} because no identity-based policy allows the nimble:GetStudio action"
        )
    )
    assert denied.value.action == "nimble:GetStudio"
    assert denied.value.resource == STUDIO_ARN
    assert denied.value.decision.reason == "implicitDeny"


def test_an_explicit_denial_says_so(principal: Make) -> None:
    denying = policy({}, {"Effect": "Deny", "Action": "nimble:Delete*"})
    with pytest.raises(AccessDenied, match=r"with an explicit deny in an identity-based policy$") as denied:
        authorise(principal(denying), "nimble:DeleteStudio", [STUDIO])
    assert str(denied.value.decision.statements[0]) == "p/1"


def test_the_action_is_shown_in_its_own_spelling(principal: Make) -> None:
    with pytest.raises(AccessDenied, match="perform: nimble:ListStudios on resource: "):
        authorise(principal(), "NIMBLE:liststudios")


def test_an_action_without_a_resource_is_about_the_star(principal: Make) -> None:
    assert authorise(principal(GREENROOM_ADMINISTRATOR), "nimble:ListStudios")
    with pytest.raises(AccessDenied, match=r"on resource: \* because"):
        authorise(principal(STUDIO_USER), "nimble:ListStudios")


class TestAbsentAndForbidden:
    @pytest.mark.parametrize(
        "action", ["Get", "Start", "Stop", "Delete", "CreateStream"], ids=lambda action: str(action)
    )
    def test_look_alike_to_whoever_may_act_on_their_own_only(self, principal: Make, action: str) -> None:
        name = "nimble:CreateStreamingSessionStream" if action == "CreateStream" else f"nimble:{action}StreamingSession"
        messages = set()
        for resource in (session(None), session("u-ben"), session("u-ben", project="dune")):
            with pytest.raises(AccessDenied) as denied:
                authorise(principal(STUDIO_USER), name, [resource])
            messages.add(denied.value.message)
        assert len(messages) == 1

    def test_look_alike_where_a_deny_looks_at_the_resource(self, principal: Make) -> None:
        secret = policy({"Effect": "Deny", "Condition": {"StringEquals": {"aws:ResourceTag/secret": "yes"}}})
        messages, reasons = set(), []
        for resource in (session(None), session("u-ben"), session("u-ben", secret="yes")):
            with pytest.raises(AccessDenied) as denied:
                authorise(principal(STUDIO_USER, secret), "nimble:GetStreamingSession", [resource])
            messages.add(denied.value.message)
            reasons.append(denied.value.decision.reason)
        assert len(messages) == 1
        assert reasons == ["implicitDeny", "implicitDeny", "explicitDeny"], "the audit sees the true decision"

    def test_whoever_may_act_on_all_is_let_through_to_what_is_absent(self, principal: Make) -> None:
        assert authorise(principal(STUDIO_ADMIN), "nimble:GetStreamingSession", [session(None)])

    def test_whoever_may_act_on_all_is_told_of_an_explicit_deny(self, principal: Make) -> None:
        secret = policy({"Effect": "Deny", "Condition": {"StringEquals": {"aws:ResourceTag/secret": "yes"}}})
        with pytest.raises(AccessDenied, match="explicit deny"):
            authorise(principal(STUDIO_ADMIN, secret), "nimble:GetStreamingSession", [session("u-ben", secret="yes")])


class TestSeveralResources:
    def test_all_of_them_must_be_allowed(self, principal: Make) -> None:
        ana = principal(STUDIO_USER)
        assert len(authorise(ana, "nimble:StartStreamingSession", [session("u-ana"), backup("u-ana")])) == 2
        with pytest.raises(AccessDenied, match="streaming-session-backup/b1"):
            authorise(ana, "nimble:StartStreamingSession", [session("u-ana"), backup("u-ben")])

    @pytest.mark.parametrize(
        ("action", "resources"),
        [
            ("nimble:StartStreamingSession", [backup("u-ana")]),
            ("nimble:GetStreamingSession", []),
            ("nimble:GetStreamingSession", [STUDIO]),
            ("nimble:TagResource", []),
            ("nimble:ListStudios", [STUDIO]),
        ],
    )
    def test_the_wrong_ones_are_a_defect_of_the_caller(
        self, principal: Make, action: str, resources: list[Resource]
    ) -> None:
        with pytest.raises(ValueError, match=action):
            authorise(principal(GREENROOM_ADMINISTRATOR), action, resources)

    def test_an_unknown_action_is_a_defect_of_the_caller(self, principal: Make) -> None:
        with pytest.raises(KeyError):
            authorise(principal(GREENROOM_ADMINISTRATOR), "nimble:MakeCoffee")


class TestKeys:
    def test_those_of_the_principal_are_filled(self, principal: Make) -> None:
        about_me = policy(
            {
                "Condition": {
                    "StringEquals": {
                        "nimble:requesterPrincipalId": "u-ana",
                        "aws:username": "ana",
                        "aws:userid": "u-ana",
                        "aws:PrincipalAccount": "111122223333",
                        "aws:PrincipalType": "User",
                    },
                    "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/ana"},
                    "Bool": {"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"},
                }
            }
        )
        assert authorise(principal(about_me), "nimble:ListStudios")
        with pytest.raises(AccessDenied):
            authorise(principal(about_me, name="ben"), "nimble:ListStudios")

    def test_the_time_is_the_one_that_is_given(self, principal: Make) -> None:
        until = policy(
            {
                "Condition": {
                    "DateLessThan": {"aws:CurrentTime": "2026-04-01T00:00:00Z", "aws:EpochTime": "1775001600"},
                }
            }
        )
        ana = principal(until)
        assert authorise(ana, "nimble:ListStudios", now=datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
        with pytest.raises(AccessDenied):
            authorise(ana, "nimble:ListStudios", now=datetime(2026, 4, 1, tzinfo=UTC))

    def test_those_of_the_request_reach_the_conditions(self, principal: Make) -> None:
        home = policy({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})
        assert authorise(principal(home), "nimble:ListStudios", (), {"aws:SourceIp": "10.1.2.3"})
        with pytest.raises(AccessDenied):
            authorise(principal(home), "nimble:ListStudios", (), {"aws:SourceIp": "192.0.2.1"})

    @pytest.mark.parametrize(
        "key",
        ["nimble:requesterPrincipalId", "NIMBLE:REQUESTERPRINCIPALID", "nimble:requesterprincipalid"],
    )
    def test_those_of_the_request_do_not_stand_in_for_the_principal(self, principal: Make, key: str) -> None:
        with pytest.raises(AccessDenied):
            authorise(principal(STUDIO_USER), "nimble:GetStreamingSession", [session("u-ben")], {key: "u-ben"})

    @pytest.mark.parametrize("owner", ["u-ben", None])
    def test_those_of_the_request_do_not_stand_in_for_the_owner(self, principal: Make, owner: str | None) -> None:
        for key in ("nimble:ownedBy", "Nimble:OwnedBy"):
            with pytest.raises(AccessDenied):
                authorise(principal(STUDIO_USER), "nimble:GetStreamingSession", [session(owner)], {key: "u-ana"})

    def test_those_of_the_request_do_not_stand_in_for_tags(self, principal: Make) -> None:
        mine = policy({"Condition": {"StringEquals": {"aws:ResourceTag/project": "dune"}}})
        team = policy({"Condition": {"StringEquals": {"aws:PrincipalTag/team": "fx"}}})
        keys = {"aws:ResourceTag/project": "dune", "aws:PrincipalTag/team": "fx"}
        for one in (mine, team):
            with pytest.raises(AccessDenied):
                authorise(principal(one), "nimble:GetStreamingSession", [session("u-ben")], keys)
        assert authorise(principal(mine), "nimble:GetStreamingSession", [session("u-ben", project="dune")])

    def test_a_second_spelling_of_a_tag_hides_no_deny(self, principal: Make) -> None:
        keep = policy({}, {"Effect": "Deny", "Condition": {"StringEquals": {"aws:ResourceTag/keep": "yes"}}})
        tags = {"Keep": "yes", "keep": "no", "KEEP": "perhaps"}
        with pytest.raises(AccessDenied):
            authorise(principal(keep), "nimble:DeleteStreamingSession", [session("u-ben", **tags)])

    def test_a_second_spelling_of_a_tag_in_a_request_hides_no_deny(self, principal: Make) -> None:
        keep = policy({}, {"Effect": "Deny", "Condition": {"StringEquals": {"aws:RequestTag/owner": "root"}}})
        tags = request_tag_keys({"owner": "ana", "Owner": "root"})
        with pytest.raises(AccessDenied):
            authorise(principal(keep), "nimble:TagResource", [STUDIO], tags)

    def test_a_list_is_decided_by_the_owner_that_it_asks_for(self, principal: Make) -> None:
        ana = principal(STUDIO_USER)
        listing = "nimble:ListStreamingSessionBackups"
        assert authorise(ana, listing, [STUDIO], {"nimble:ownedBy": "u-ana"})
        keys: list[dict[str, Any]] = [
            {},
            {"nimble:ownedBy": "u-ben"},
            {"nimble:ownedBy": ["u-ana", "u-ben"]},
            {"nimble:ownedBy": "u-ana", "Nimble:ownedBy": "u-ben"},
        ]
        for asked in keys:
            with pytest.raises(AccessDenied):
                authorise(ana, listing, [STUDIO], asked)


class TestMembersOfALaunchProfile:
    @pytest.mark.parametrize("action", sorted(MEMBER_ACTIONS))
    def test_may_use_it_without_a_policy(self, principal: Make, action: str) -> None:
        ana = principal(STUDIO_USER)
        assert authorise(ana, action, [PROFILE], launch_profile_member=True) == ()
        with pytest.raises(AccessDenied):
            authorise(ana, action, [PROFILE])

    @pytest.mark.parametrize(
        "action", ["nimble:UpdateLaunchProfile", "nimble:DeleteLaunchProfile", "nimble:PutLaunchProfileMembers"]
    )
    def test_may_not_change_it(self, principal: Make, action: str) -> None:
        with pytest.raises(AccessDenied):
            authorise(principal(STUDIO_USER), action, [PROFILE], launch_profile_member=True)

    def test_are_granted_nothing_on_other_resources(self, principal: Make) -> None:
        with pytest.raises(AccessDenied):
            authorise(
                principal(STUDIO_USER), "nimble:GetStreamingSession", [session("u-ben")], launch_profile_member=True
            )

    def test_are_still_held_by_an_explicit_deny(self, principal: Make) -> None:
        no_sessions = policy({"Effect": "Deny", "Action": "nimble:CreateStreamingSession"})
        with pytest.raises(AccessDenied, match="explicit deny"):
            authorise(
                principal(STUDIO_USER, no_sessions),
                "nimble:CreateStreamingSession",
                [PROFILE],
                launch_profile_member=True,
            )

    @pytest.mark.parametrize("owner", ["u-ben", ["u-ana", "u-ben"]])
    def test_create_sessions_for_themselves_only(self, principal: Make, owner: Any) -> None:
        ana, create = principal(STUDIO_USER), "nimble:CreateStreamingSession"
        assert authorise(ana, create, [PROFILE], {"nimble:ownedBy": "u-ana"}, launch_profile_member=True) == ()
        with pytest.raises(AccessDenied):
            authorise(ana, create, [PROFILE], {"nimble:ownedBy": owner}, launch_profile_member=True)

    def test_an_administrator_creates_for_others(self, principal: Make) -> None:
        assert authorise(
            principal(STUDIO_ADMIN), "nimble:CreateStreamingSession", [PROFILE], {"nimble:ownedBy": "u-ben"}
        )


OWNED = [
    (action.name, kind)
    for action in actions.all_actions()
    for kind in action.resource_types
    if action.name.startswith("nimble:") and kind.startswith("streaming-session")
]


@pytest.mark.parametrize(("action", "kind"), OWNED)
def test_a_plain_user_reaches_nothing_of_anothers(principal: Make, action: str, kind: str) -> None:
    others = {"streaming-session": session("u-ben"), "streaming-session-backup": backup("u-ben")}
    needed = [others[name] for name, required in actions.find(action).resource_types.items() if required]
    with pytest.raises(AccessDenied):
        authorise(principal(STUDIO_USER), action, needed or [others[kind]], {"nimble:ownedBy": "u-ana"})
