"""The room's permissions are the people room's, word for word."""

from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.people.rules import PERMISSIONS, Role
from safeconduct.rooms.people.rules import Permission as Authority


def test_every_permission_is_one_that_a_role_can_hold() -> None:
    known = {str(one) for one in Authority if str(one).startswith("government_requests.")}
    assert {str(one) for one in Permission} == known
    assert known <= {str(one) for held in PERMISSIONS.values() for one in held}


def test_an_officer_holds_nothing_that_reads_or_decides() -> None:
    held = {str(one) for one in PERMISSIONS[Role.OFFICER]}
    assert not held & {
        str(one) for one in (Permission.READ, Permission.OPEN_CASE, Permission.DECIDE, Permission.COLLECT)
    }
