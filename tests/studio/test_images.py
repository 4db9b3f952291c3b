"""Streaming images: whose they are, and what must be accepted before one is used."""

from dataclasses import replace

import pytest
from tests.records import STUDIO_ID
from tests.support import START

from greenroom.studio.errors import Invalid
from greenroom.studio.eulas import well_known_eulas
from greenroom.studio.images import HOST_IMAGE, check_eulas, refuse_vendors, vendor_image
from greenroom.studio.status import ResourceState

VENDORS = vendor_image(STUDIO_ID, START)


def test_a_studio_begins_with_an_image_of_the_vendor_that_is_ready() -> None:
    assert (VENDORS.state, VENDORS.owner, VENDORS.ec2_image_id) == (ResourceState.READY, "amazon", HOST_IMAGE)


def test_the_vendors_image_is_not_the_studios_to_change() -> None:
    with pytest.raises(Invalid, match=VENDORS.streaming_image_id):
        refuse_vendors(VENDORS)
    refuse_vendors(replace(VENDORS, owner=STUDIO_ID))


def test_an_image_is_used_when_all_its_agreements_are_accepted() -> None:
    image = replace(VENDORS, eula_ids=["one", "two"])
    check_eulas(image, frozenset({"one", "two", "three"}))
    with pytest.raises(Invalid, match=r"not accepted: two\. .*AcceptEulas") as refusal:
        check_eulas(image, frozenset({"one"}))
    assert refusal.value.code == "EULA_NOT_ACCEPTED"


def test_the_nine_agreements_of_the_original_are_known() -> None:
    eulas = list(well_known_eulas(START))
    assert len({eula.eula_id for eula in eulas}) == len({eula.name for eula in eulas}) == 9
    assert all(eula.content.startswith("https://") for eula in eulas)
