"""Northwind Messaging, Inc., the people who work there, its customers, and the agencies that write to it.

Everybody is invented; so are the State of Franklin, its courts, its police and the German state of Niedermark.
"""

from dataclasses import dataclass

from safeconduct.cli.demonstration.names import CUSTOMER_NAMES, demonstration_id, fiction_number, mail_name

ENTITY_ID = "northwind-us"
ENTITY_NAME = "Northwind Messaging, Inc."
ENTITY_ADDRESS = "400 Quay Street, Port Ellery, Franklin 00417"
ZONE = "America/New_York"
COUNSEL_NAME = "Ravi Hask-Lowe"

_OFFICE_NUMBERS = 20_000
"""Telephone indexes from here on belong to agencies, so they never collide with a customer's end users."""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works at the company.

    Attributes:
        key: what the story calls the person.
        roles: roles in the vault's roster and in the people room.
        accounts: how many accounts the person has; Dov Ivey has two, to show that they count as one.
    """

    key: str
    name: str
    roles: tuple[str, ...]
    accounts: int = 1

    @property
    def email(self) -> str:
        """Return the address at the company."""
        return f"{mail_name(self.name)}@northwind.example"


COLLEAGUES = (
    Colleague(key="aline", name="Aline Tarn", roles=("analyst",)),
    Colleague(key="ravi", name=COUNSEL_NAME, roles=("counsel",)),
    Colleague(key="ines", name="Ines Corrow", roles=("approver",)),
    Colleague(key="mara", name="Mara Quill", roles=("second_reader", "analyst")),
    Colleague(key="dov", name="Dov Ivey", roles=("analyst",), accounts=2),
    Colleague(key="odile", name="Odile Ash", roles=("outside_counsel",)),
    Colleague(key="sefa", name="Sefa Brandt", roles=("security_engineer",)),
)
BY_KEY = {colleague.key: colleague for colleague in COLLEAGUES}


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An authority that serves paper.

    Attributes:
        domain: the mail domain that the company's register holds for it.
        telephone: the number in the company's own directory, never one taken from a paper.
    """

    key: str
    name: str
    country: str
    governmental: bool
    domain: str
    telephone: str
    address: str


def _agency(key: str, name: str, country: str, domain: str, address: str, *, governmental: bool = True) -> Agency:
    place = _OFFICE_NUMBERS + sum(map(ord, key)) * 3
    return Agency(
        key=key,
        name=name,
        country=country,
        governmental=governmental,
        domain=domain,
        telephone=fiction_number(place),
        address=address,
    )


AGENCIES = {
    agency.key: agency
    for agency in (
        _agency(
            "usao",
            "United States Attorney's Office, District of Franklin",
            "US",
            "usao-franklin.example",
            "1 Courthouse Square, Port Ellery, Franklin 00401",
        ),
        _agency("state_police", "Franklin State Police", "US", "fsp.example", "77 Turnpike Road, Greyford, Franklin"),
        _agency(
            "city_police",
            "Port Ellery Police Department",
            "US",
            "portellery-pd.example",
            "12 Watch Street, Port Ellery, Franklin 00402",
        ),
        _agency(
            "sheriff",
            "Harrow County Sheriff's Office",
            "US",
            "harrowcounty.example",
            "5 Assize Lane, Harrow Falls, Franklin 00533",
        ),
        _agency(
            "attorney_general",
            "Office of the Attorney General of Franklin",
            "US",
            "ag-franklin.example",
            "9 Capitol Row, Greyford, Franklin 00610",
        ),
        _agency(
            "field_office",
            "Federal Bureau of Investigation, Port Ellery Field Office",
            "US",
            "fbi-portellery.example",
            "30 Federal Plaza, Port Ellery, Franklin 00401",
        ),
        _agency(
            "niedermark",
            "Landeskriminalamt Niedermark",
            "DE",
            "lka-niedermark.example",
            "Am Alten Deich 4, 00812 Ostrum, Niedermark",
        ),
        _agency("northmoor", "Northmoor Constabulary", "GB", "northmoor-police.example", "Bridge House, Northmoor"),
        _agency(
            "law_firm",
            "Crane Abbot LLP",
            "US",
            "craneabbot.example",
            "2 Exchange Place, Port Ellery",
            governmental=False,
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Officer:
    """A person who serves paper for an agency."""

    key: str
    name: str
    title: str
    agency: str
    badge: str

    @property
    def email(self) -> str:
        """Return the official address."""
        return f"{mail_name(self.name)}@{AGENCIES[self.agency].domain}"


OFFICERS = {
    officer.key: officer
    for officer in (
        Officer(
            key="vane",
            name="Corin Vanebrook",
            title="Assistant United States Attorney",
            agency="usao",
            badge="USA-1184",
        ),
        Officer(
            key="lund",
            name="Petra Lundgarth",
            title="Assistant United States Attorney",
            agency="usao",
            badge="USA-1207",
        ),
        Officer(
            key="osei", name="Marcus Oseidale", title="Detective Sergeant", agency="state_police", badge="FSP-4471"
        ),
        Officer(key="ruiz", name="Elena Ruizholt", title="Lieutenant", agency="city_police", badge="PEPD-0312"),
        Officer(key="kerr", name="Tamsin Kerrowby", title="Detective", agency="sheriff", badge="HCSO-0098"),
        Officer(
            key="wren", name="Odell Wrenfield", title="Special Investigator", agency="attorney_general", badge="AG-0555"
        ),
        Officer(
            key="dray", name="Hollis Drayfell", title="Special Agent in Charge", agency="field_office", badge="FO-0007"
        ),
        Officer(
            key="brandt",
            name="Jorun Brandmoor",
            title="Kriminalhauptkommissarin",
            agency="niedermark",
            badge="LKA-52-118",
        ),
        Officer(key="pike", name="Alwyn Pikeworth", title="Detective Inspector", agency="northmoor", badge="NMC-2230"),
        Officer(key="crane", name="Lydia Cranemere", title="Attorney", agency="law_firm", badge="BAR-77120"),
    )
}

CUSTOMER_COUNT = len(CUSTOMER_NAMES)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A company that sends messages and places calls through Northwind; the controller of the records."""

    index: int
    id: str
    name: str
    email: str


def customers(seed: int) -> tuple[Customer, ...]:
    """Return the fifty customers of the demonstration with this seed."""
    return tuple(
        Customer(
            index=index,
            id=demonstration_id(seed, f"customer {index}"),
            name=name,
            email=f"privacy@{mail_name(name).replace('.', '')}.example",
        )
        for index, name in enumerate(CUSTOMER_NAMES)
    )
