"""The room's tables come and go as a whole."""

import pytest
from django.core.management import call_command

from safeconduct.rooms.ledger import actions


@pytest.mark.usefixtures("ledger")
def test_the_tables_can_be_taken_away_and_made_again() -> None:
    call_command("migrate", "ledger", "zero", verbosity=0)
    call_command("migrate", "ledger", verbosity=0)
    assert actions.check_log(log="private").size == 0
