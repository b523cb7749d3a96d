"""Which company a paper names."""

import pytest

from safeconduct.rooms.government_requests.rules.entities import entity_named

NAMES = {
    "us": ("Northwind Messaging, Inc.", "Northwind"),
    "ie": ("Northwind Messaging Ireland Limited", "Northwind Ireland"),
    "fr": ("Vent du Nord SAS",),
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("Northwind Messaging, Inc.", ""), "us"),
        (("", "To: NORTHWIND  MESSAGING\nIreland Limited, 1 Quay"), "ie"),
        (("", "Served on Northwind Ireland."), "ie"),
        (("Vent-du-Nord SAS", "Northwind Ireland"), "fr"),
        (("", "Northwind and Vent du Nord SAS"), ""),
        (("", "Northwind Messaging Ireland Limited, a company of Northwind Messaging, Inc."), ""),
        (("", "Northwinds of the sea"), ""),
        (("Somebody else", "Northwind"), "us"),
        ((), ""),
    ],
)
def test_the_name_proposes_only_one_company(words: tuple[str, ...], found: str) -> None:
    assert entity_named(words, NAMES) == found
