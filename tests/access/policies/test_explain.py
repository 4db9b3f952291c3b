from greenroom.access.policies import AccessRequest, PolicySet, explain, parse_policy
from greenroom.access.policies.explain import ConditionExplanation

POLICIES = PolicySet.compile(
    [
        parse_policy(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Own",
                        "Effect": "Allow",
                        "Action": "nimble:*Session",
                        "Resource": "*",
                        "Condition": {
                            "StringEquals": {"nimble:ownedBy": "${nimble:requesterPrincipalId}"},
                            "Bool": {"aws:SecureTransport": "true"},
                        },
                    },
                    {
                        "Effect": "Deny",
                        "Action": "nimble:Delete*",
                        "NotResource": "arn:aws:nimble:*:*:launch-profile/*",
                    },
                ],
            },
            name="artists",
        )
    ]
)
SESSION = "arn:aws:nimble:us-west-2:111122223333:streaming-session/s1"


def test_every_statement_says_which_of_its_parts_match() -> None:
    keys = {"nimble:ownedBy": "u-2", "nimble:requesterPrincipalId": "u-1", "aws:SecureTransport": "true"}
    explanation = explain(POLICIES, AccessRequest("nimble:GetStreamingSession", SESSION, keys))
    own, rest = explanation.statements
    assert (own.action_matches, own.resource_matches, own.applies) == (True, True, False)
    assert own.conditions == (
        ConditionExplanation(
            operator="StringEquals",
            key="nimble:ownedBy",
            policy_values=("${nimble:requesterPrincipalId}",),
            request_values=("u-2",),
            holds=False,
        ),
        ConditionExplanation(
            operator="Bool",
            key="aws:SecureTransport",
            policy_values=("true",),
            request_values=("true",),
            holds=True,
        ),
    )
    assert (rest.action_matches, rest.resource_matches, rest.applies) == (False, True, False)
    assert explanation.decision.reason == "implicitDeny"
    assert explanation.applying == ()


def test_all_that_apply_are_shown_and_not_only_the_first() -> None:
    keys = {"nimble:ownedBy": "u-1", "nimble:requesterPrincipalId": "u-1", "aws:SecureTransport": "true"}
    explanation = explain(POLICIES, AccessRequest("nimble:DeleteStreamingSession", SESSION, keys))
    assert [str(explained.statement) for explained in explanation.applying] == ["artists/Own", "artists/1"]
    assert explanation.decision.reason == "explicitDeny"


def test_an_absent_key_is_shown_as_no_values() -> None:
    explanation = explain(POLICIES, AccessRequest("nimble:GetStreamingSession", SESSION))
    assert [condition.request_values for condition in explanation.statements[0].conditions] == [(), ()]
