"""Generated papers with what they say: wordings of their own, several layouts, fonts and languages, typeset as PDF.

They are no real papers. Who wrote their wordings knows what the engine is for, so figures from them say how
reading does on papers like these, and not how it does in the field.
"""

import json
import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
FONTS = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
LAYOUTS = ("letter", "caption", "form", "columns")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
ZONES = {
    "en": {", Eastern time": "America/New_York", " (UTC)": "UTC", ", Pacific Time": "America/Los_Angeles", "": ""},
    "de": {" (MEZ)": "Europe/Berlin", "": ""},
    "fr": {", heure de Paris": "Europe/Paris", "": ""},
}
HALF = 0.5
WORDED = {7: "seven", 10: "ten", 14: "fourteen", 21: "twenty-one", 30: "thirty"}
SHARES = {"en": 7, "de": 2, "fr": 2}

Truth = set[tuple[str, str, str]]
"""Field, kind and value, as the engine's proposals say them."""


@dataclass(frozen=True)
class Sample:
    """One paper: its PDF and what it says."""

    name: str
    pdf: bytes
    truth: Truth


def wordings() -> dict[str, Any]:
    """Return what the papers say."""
    return tomllib.loads((HERE / "reading_wordings.toml").read_text("utf-8"))


class Writer:
    """Writes papers from one seed."""

    def __init__(self, seed: int) -> None:
        """Begin."""
        self._dice = random.Random(seed)  # noqa: S311 - a corpus that can be made again
        self._all = wordings()

    def _one(self, values: Any) -> Any:  # noqa: ANN401 - any list
        return self._dice.choice(list(values))

    def _day(self, day: date, language: str) -> str:
        month = MONTHS[language].split()[day.month - 1]
        forms = {
            "en": (
                f"{month} {day.day}, {day.year}",
                f"{day.day} {month} {day.year}",
                f"{day:%m/%d/%Y}",
                f"{day:%Y-%m-%d}",
            ),
            "de": (f"{day.day}. {month} {day.year}", f"{day:%d.%m.%Y}"),
            "fr": (f"{'1er' if day.day == 1 else day.day} {month} {day.year}", f"{day:%d/%m/%Y}"),
        }
        return str(self._one(forms[language]))

    def _phone(self, language: str) -> tuple[str, str]:
        dice = self._dice
        if language == "de":
            rest = f"{dice.randrange(10**7, 10**8)}"
            return self._one((f"+49 30 {rest}", f"030 {rest}", f"030/{rest}")), f"+4930{rest}"
        if language == "fr":
            rest = [f"{dice.randrange(100):02}" for _ in range(4)]
            return self._one((f"01 {' '.join(rest)}", f"+33 1 {' '.join(rest)}")), "+331" + "".join(rest)
        area, line = dice.choice(("202", "413", "312")), f"{dice.randrange(100, 200):04}"
        forms = (
            f"({area}) 555-{line}",
            f"{area}-555-{line}",
            f"+1{area}555{line}",
            f"{area}.555.{line}",
            f"+1 {area} 555 {line}",
        )
        return self._one(forms), f"+1{area}555{line}"

    def _selector(self, language: str, truth: Truth) -> str:
        dice = self._dice
        kind = dice.choices(("phone", "email", "account", "ipv4", "ipv6"), (6, 3, 1, 1, 1))[0]
        if kind == "phone":
            written, value = self._phone(language)
        elif kind == "email":
            who = f"{dice.choice(('kestrel', 'j.orwin', 'mina_77', 'top-deal'))}{dice.randrange(99)}"
            written = value = f"{who}@{self._one(self._all['names']['domains'])}"
        elif kind == "account":
            written = value = f"{dice.getrandbits(128):032x}"
        elif kind == "ipv4":
            written = value = f"198.51.100.{dice.randrange(1, 255)}"
        else:
            written = value = f"2001:db8::{dice.randrange(1, 0xFFFF):x}"
        truth.add(("identifier", kind, value))
        return written

    def _when(self, words: dict[str, Any], language: str, kind: str, issued: date, truth: Truth) -> list[str]:
        dice, lines = self._dice, []
        first = issued - timedelta(days=dice.randrange(40, 200))
        last = first + timedelta(days=dice.randrange(1, 38))
        zone = self._one(ZONES[language])
        truth.add(("window", ZONES[language][zone], f"{first}/{last}"))
        said = {"first": self._day(first, language), "last": self._day(last, language), "zone": zone}
        lines.append(self._one(words["period"]).format(**said) + ".")
        if dice.random() < HALF:
            by = issued + timedelta(days=dice.randrange(7, 40))
            truth.add(("deadline", "day", str(by)))
            lines.append(self._one(words["deadline_day"]).format(day=self._day(by, language)))
        else:
            days = self._one(WORDED)
            truth.add(("deadline", "days", str(days)))
            lines.append(self._one(words["deadline_days"]).format(days=days, worded=WORDED[days]))
        if kind == "search_warrant":
            by = issued + timedelta(days=14)
            truth.add(("execution", "day", str(by)))
            lines.append(self._one(words["execution"]).format(day=self._day(by, language)))
        silence = dice.choice(("order", "request", ""))
        if silence:
            truth.add(("silence", silence, silence))
            lines.append(self._one(words[f"silence_{silence}"]))
        dice.shuffle(lines)
        return lines

    def sample(self, number: int) -> Sample:
        """Return one paper."""
        dice, names = self._dice, self._all["names"]
        language = dice.choices(list(SHARES), list(SHARES.values()))[0]
        words = self._all[language]
        kind = self._one(words["kinds"])
        place = self._one(names[{"en": "places", "de": "orte", "fr": "lieux"}[language]])
        fill = {"place": place, "PLACE": place.upper()}
        issued = date(2025, 1, 1) + timedelta(days=dice.randrange(600))
        agency, statute = self._one(words["agencies"]).format(**fill), self._one(words["kinds"][kind]["statutes"])
        docket = (
            f"{dice.randrange(20, 27)}-{dice.choice(('mj', 'gj', 'cr', 'sw', 'INV'))}-{dice.randrange(100, 99999):05}"
        )
        truth: Truth = {
            ("kind", kind, ""),
            ("issuer", "", agency),
            ("docket", "", docket),
            ("statute", "", law(statute)),
        }
        truth |= {("issued", "day", str(issued))}
        blocks = [["title", self._one(words["kinds"][kind]["titles"])]]
        if dice.random() < HALF or kind in ("search_warrant", "court_order_2703d"):
            court_name = self._one(words["courts"]).format(**fill)
            truth.add(("court", "", court_name))
            blocks.insert(0, ["court", court_name])
        blocks.append(["line", self._one(words["docket"]).format(docket=docket)])
        blocks.append(["line", self._one(words["dated"]).format(day=self._day(issued, language), **fill)])
        blocks.append(["text", self._one(words["kinds"][kind]["opening"]).format(statute=statute)])
        chosen = [
            self._one(words["sought"]).format(one=self._selector(language, truth)) for _ in range(dice.randrange(1, 4))
        ]
        asked = dice.sample(list(words["categories"]), dice.randrange(1, 4))
        truth |= {("category", one, one) for one in asked}
        blocks += [["item", one] for one in chosen] + [["item", self._one(words["categories"][one])] for one in asked]
        noise = [self._one(words["noise"]).format(other=self._day(issued - timedelta(days=400), language), **fill)]
        body = [*self._when(words, language, kind, issued, truth), *noise]
        blocks += [["text", one] for one in body]
        blocks += [["line", one] for one in self._contact(words, names, language, truth).split("\n")]
        return Sample(f"{number:03}-{language}-{kind}", self._typeset(agency, blocks, language), truth)

    def _contact(self, words: dict[str, Any], names: dict[str, Any], language: str, truth: Truth) -> str:
        person = self._one(names[{"en": "people", "de": "personen", "fr": "personnes"}[language]])
        written, value = self._phone(language)
        email = (
            f"{person.split()[-1].lower().encode('ascii', 'ignore').decode()}@{self._one(('office', 'unit7'))}.example"
        )
        truth |= {("contact", "name", person), ("contact", "phone", value), ("contact", "email", email)}
        rank = self._one(words["titles_officer"])
        return str(self._one(words["contact"]).format(rank=rank, person=person, phone=written, email=email))

    def _typeset(self, agency: str, blocks: list[list[str]], language: str) -> bytes:
        told = {
            "agency": agency,
            "blocks": blocks,
            "font": self._one(FONTS),
            "layout": self._one(LAYOUTS),
            "lang": language,
        }
        source = (HERE / "reading_paper.typ").read_bytes()
        made: bytes = typst.compile(
            source, sys_inputs={"paper": json.dumps(told)}, ignore_system_fonts=True, timestamp=0
        )
        return made


def law(statute: str) -> str:
    """Return a citation as the engine writes it, from the few forms that the wordings have."""
    forms = {
        "Rule 41 of the Federal Rules of Criminal Procedure": "Rule 41",
        "Fed. R. Crim. P. 17(c)": "Rule 17(c)",
        "Title 18, United States Code, Section 2703(f)(1)": "18 U.S.C. 2703(f)(1)",
        "Title 18, United States Code, Section 2709(b)": "18 U.S.C. 2709(b)",
        "§ 161 Absatz 1 StPO": "§ 161 Abs. 1 StPO",
    }
    plain = forms.get(statute, statute).replace("U.S.C. §", "U.S.C. ").replace("USC", "U.S.C.").replace("  ", " ")
    return plain.replace("article ", "art. ").replace("du code", "code")
