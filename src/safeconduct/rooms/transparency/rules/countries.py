"""English names of countries by ISO 3166 code, for the authorities most often met.

1. A code without a name here is shown as the code: nothing is guessed.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from safeconduct.core.tally.counting import Table

_TEXT = (
    "AR=Argentina|AT=Austria|AU=Australia|AZ=Azerbaijan|BE=Belgium|BG=Bulgaria|BH=Bahrain|BR=Brazil|CA=Canada"
    "|CH=Switzerland|CL=Chile|CO=Colombia|CY=Cyprus|CZ=Czechia|DE=Germany|DK=Denmark|EE=Estonia|ES=Spain"
    "|FI=Finland|FR=France|GB=United Kingdom|GR=Greece|HR=Croatia|HU=Hungary|IE=Ireland|IL=Israel|IN=India"
    "|IS=Iceland|IT=Italy|JP=Japan|KR=South Korea|LT=Lithuania|LU=Luxembourg|LV=Latvia|MC=Monaco|MD=Moldova"
    "|MT=Malta|MX=Mexico|NL=Netherlands|NO=Norway|NZ=New Zealand|PE=Peru|PH=Philippines|PL=Poland|PT=Portugal"
    "|RO=Romania|RS=Serbia|SE=Sweden|SG=Singapore|SI=Slovenia|SK=Slovakia|TR=Turkey|TW=Taiwan|UA=Ukraine"
    "|US=the United States|ZA=South Africa"
)

NAMES = MappingProxyType(dict(re.findall(r"([A-Z]{2})=([^|]+)", _TEXT)))


def country_name(code: str, *, heading: bool = False) -> str:
    """Return the name of a country; ``heading`` drops its article."""
    name: str = NAMES.get(code, code)
    return name.removeprefix("the ") if heading else name


def named(table: Table, companies: Mapping[str, str] = MappingProxyType({})) -> Table:
    """Return ``table`` with names of countries, and of ``companies`` by their id, in place of codes."""
    rows = tuple(
        (key, companies.get(key) or country_name(label, heading=True), numbers) for key, label, numbers in table.rows
    )
    return Table(code=table.code, title=table.title, head=table.head, columns=table.columns, rows=rows)
