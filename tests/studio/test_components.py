"""Which parts of a studio component fit together."""

import pytest

from greenroom.studio.components import (
    ActiveDirectory,
    ComponentConfiguration,
    ComponentSubtype,
    ComponentType,
    ComputeFarm,
    LicenseService,
    SharedFileSystem,
    check_parts,
)
from greenroom.studio.errors import Invalid

FITTING_SUBTYPES = {
    ComponentType.ACTIVE_DIRECTORY: {ComponentSubtype.AWS_MANAGED_MICROSOFT_AD},
    ComponentType.SHARED_FILE_SYSTEM: {
        ComponentSubtype.AMAZON_FSX_FOR_WINDOWS,
        ComponentSubtype.AMAZON_FSX_FOR_LUSTRE,
        ComponentSubtype.CUSTOM,
    },
    ComponentType.COMPUTE_FARM: {ComponentSubtype.CUSTOM},
    ComponentType.LICENSE_SERVICE: {ComponentSubtype.CUSTOM},
    ComponentType.CUSTOM: {ComponentSubtype.CUSTOM},
}
CONFIGURATIONS = {
    ComponentType.ACTIVE_DIRECTORY: ComponentConfiguration(active_directory_configuration=ActiveDirectory()),
    ComponentType.COMPUTE_FARM: ComponentConfiguration(compute_farm_configuration=ComputeFarm()),
    ComponentType.LICENSE_SERVICE: ComponentConfiguration(license_service_configuration=LicenseService()),
    ComponentType.SHARED_FILE_SYSTEM: ComponentConfiguration(shared_file_system_configuration=SharedFileSystem()),
}


@pytest.mark.parametrize("kind", ComponentType)
@pytest.mark.parametrize("subtype", ComponentSubtype)
def test_each_type_takes_its_own_subtypes(kind: ComponentType, subtype: ComponentSubtype) -> None:
    if subtype in FITTING_SUBTYPES[kind]:
        check_parts(kind, subtype, None)
    else:
        with pytest.raises(Invalid, match=f"{kind} cannot be {subtype}") as refusal:
            check_parts(kind, subtype, None)
        assert refusal.value.code == "STUDIO_COMPONENT_SUBTYPE_MISMATCH"


@pytest.mark.parametrize("kind", ComponentType)
@pytest.mark.parametrize("of_type", CONFIGURATIONS)
def test_each_type_takes_its_own_configuration(kind: ComponentType, of_type: ComponentType) -> None:
    if kind is of_type:
        check_parts(kind, None, CONFIGURATIONS[of_type])
    else:
        with pytest.raises(Invalid, match="does not fit") as refusal:
            check_parts(kind, None, CONFIGURATIONS[of_type])
        assert refusal.value.code == "STUDIO_COMPONENT_CONFIGURATION_MISMATCH"


@pytest.mark.parametrize("kind", ComponentType)
@pytest.mark.parametrize("configuration", [None, ComponentConfiguration()], ids=["none", "empty"])
def test_every_type_may_go_without(kind: ComponentType, configuration: ComponentConfiguration | None) -> None:
    check_parts(kind, None, configuration)


def test_a_refusal_names_the_member_as_the_caller_wrote_it() -> None:
    with pytest.raises(Invalid, match=r"computeFarmConfiguration does not fit.*CUSTOM, which takes none at all"):
        check_parts(ComponentType.CUSTOM, None, CONFIGURATIONS[ComponentType.COMPUTE_FARM])
