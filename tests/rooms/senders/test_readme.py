"""The room's page draws its lifecycles as they are."""

import re
from pathlib import Path

import pytest

from safeconduct.core.base.lifecycle import Lifecycle
from safeconduct.rooms.senders.rules.agency_sign_on import AGENCY_IDENTITY
from safeconduct.rooms.senders.rules.lifecycles import NUMBER, REGISTRATION, STANDING
from safeconduct.rooms.senders.rules.one_time import ONE_TIME_KEY

PAGE = Path(__file__).resolve().parents[3] / "src/safeconduct/rooms/senders/README.md"


LIFECYCLES = [NUMBER, REGISTRATION, STANDING, ONE_TIME_KEY, AGENCY_IDENTITY]


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.name)
def test_the_page_draws_the_lifecycle_as_it_is(lifecycle: Lifecycle) -> None:
    name = re.escape(lifecycle.name)
    found = re.search(rf"<!-- {name} -->\n```mermaid\n(.*?)\n```\n<!-- /{name} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == lifecycle.mermaid()
