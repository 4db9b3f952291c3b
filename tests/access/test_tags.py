from greenroom.access.policies import AccessRequest
from greenroom.access.tags import request_tag_keys, resource_tag_keys, untag_keys


def test_the_tags_of_a_resource_fill_a_key_each() -> None:
    assert resource_tag_keys({"project": "dune", "Shot": "10"}) == {
        "aws:ResourceTag/project": "dune",
        "aws:ResourceTag/Shot": "10",
    }


def test_the_tags_of_a_request_fill_a_key_each_and_the_list_of_names() -> None:
    assert request_tag_keys({"project": "dune"}) == {"aws:RequestTag/project": "dune", "aws:TagKeys": ("project",)}


def test_a_request_without_tags_fills_nothing() -> None:
    assert request_tag_keys({}) == {}
    assert untag_keys([]) == {}


def test_tags_that_differ_in_case_only_become_one_key_with_both_values() -> None:
    request = AccessRequest("nimble:TagResource", "*", resource_tag_keys({"keep": "no", "Keep": "yes"}))
    assert request.values == {"aws:resourcetag/keep": ("no", "yes")}
