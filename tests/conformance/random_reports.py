"""Random published reports and receipts, and what can be done to them, with the issuer's key in hand and without."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.core.packages.samples import ISSUER
from tests.core.verification.samples import FORGER

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.periods import HalfYear, Window
from safeconduct.core.tally.bands import BandStatement
from safeconduct.core.tally.commitments import Leaf, commit, receipt, root
from safeconduct.core.tally.counting import ANSWERS, DATA_LEFT, PRESERVATION, PROCESSES, Counted, Outcome, Told, tally
from safeconduct.core.tally.published import (
    BAND,
    LEAVES,
    NOTE,
    REPORT,
    ReportStatement,
    band_json,
    leaves_jsonl,
    table_csv,
)
from safeconduct.core.tlog.merkle import leaf_hash
from safeconduct.core.tlog.notes import Signer, sign_note

ENCLAVE = Signer("enclave.northwind.example/issuer", b"e" * 32)
PERIOD = HalfYear(2026, 1)
Files = dict[str, bytes]


def random_request(rng: random.Random, *, served: bool = False) -> Counted:
    """Return a request that the rules can count; where several companies are ``served``, of one of them."""
    process = rng.choice(list(PROCESSES))
    if process == PRESERVATION:
        outcome = Outcome.PRESERVED
    else:
        outcome = rng.choice([one for one in Outcome if one is not Outcome.PRESERVED])
    told = rng.choice(ANSWERS) if outcome in DATA_LEFT else Told.NONE_DUE
    country, entity = rng.choice(("US", "FR", "DE", "AT")), rng.choice(("northwind-us", "northwind-ie", "n1"))
    return Counted(process=process, country=country, outcome=outcome, told=told, entity=entity if served else "")


def random_band(rng: random.Random) -> BandStatement:
    """Return a band statement of one or two series."""
    start = rng.randrange(4) * 250
    until = datetime(2026, 7, 10, tzinfo=UTC)
    window = Window(until - timedelta(days=180), until)
    names = ("all_process", "all_selectors")[: rng.randrange(1, 3)]
    return BandStatement(
        company="Northwind Messaging, Inc.",
        number="3",
        citation="50 U.S.C. 1874(a)(3)",
        publication=date(2026, 7, 10),
        bands=tuple((name, f"{start}-{start + 249}", window) for name in names),
    )


@dataclass(frozen=True)
class RandomReport:
    """A report's leaves, what it says beside them, and what is done to its files before and after signing."""

    leaves: tuple[Leaf, ...]
    requests: tuple[Counted, ...]
    band: BandStatement | None
    signer: Signer = ISSUER
    before: Callable[[Files], Files] = lambda files: files
    after: Callable[[Files], Files] = lambda files: files

    @property
    def data(self) -> dict[str, Any]:
        """Return what ``report.json`` holds."""
        tables = {table.code: table.as_json() for table in tally(PERIOD, self.requests).tables}
        return {"tables": tables, "national_security": None if self.band is None else band_json(self.band)}

    def files(self) -> Files:
        """Return the folder."""
        files = {f"{table.code}.csv": table_csv(table) for table in tally(PERIOD, self.requests).tables}
        files |= {} if self.band is None else {BAND: sign_note(self.band.text, ENCLAVE).encode()}
        files |= {REPORT: json.dumps(self.data).encode(), LEAVES: leaves_jsonl(self.leaves)}
        files = self.before(files)
        said = ReportStatement(
            company="Northwind Messaging, Inc.",
            period=PERIOD,
            version=1,
            root=root(self.leaves),
            leaves=len(self.leaves),
            files={name: sha256_hex(content) for name, content in files.items()},
        )
        return self.after({**files, NOTE: sign_note(said.text, self.signer).encode()})


def random_report(rng: random.Random) -> RandomReport:
    """Return a sound report of up to thirty requests."""
    served = rng.random() < 0.4
    requests = tuple(random_request(rng, served=served) for _ in range(rng.randrange(0, 31)))
    leaves = tuple(commit(PERIOD, requests, rng.randbytes))
    return RandomReport(leaves, requests, random_band(rng) if rng.random() < 0.5 else None)


def nothing(report: RandomReport, _: random.Random) -> RandomReport:
    """Change nothing."""
    return report


def further_page(report: RandomReport, rng: random.Random) -> RandomReport:
    """Sign one file more."""
    page = rng.randbytes(30)
    return replace(report, before=lambda files: {**files, "index.html": page})


def _touched(report: RandomReport, touch: Callable[[Files], Files], *, signed: bool) -> RandomReport:
    return replace(report, before=touch) if signed else replace(report, after=touch)


def flip(report: RandomReport, rng: random.Random) -> RandomReport:
    """Flip one bit of one file after signing."""
    seed = rng.random()

    def touch(files: Files) -> Files:
        chance = random.Random(seed)  # noqa: S311 - repeatable tests
        name = chance.choice(sorted(files))
        data = bytearray(files[name])
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return {**files, name: bytes(data) if data else b"x"}

    return _touched(report, touch, signed=False)


def missing(report: RandomReport, rng: random.Random) -> RandomReport:
    """Leave out one file, before or after signing."""
    seed = rng.random()

    def touch(files: Files) -> Files:
        gone = random.Random(seed).choice(sorted(name for name in files if name != NOTE))  # noqa: S311 - repeatable
        return {name: data for name, data in files.items() if name != gone}

    return _touched(report, touch, signed=rng.random() < 0.5)


def unnamed(report: RandomReport, _: random.Random) -> RandomReport:
    """Add a file that the statement does not name."""
    return _touched(report, lambda files: {**files, "more.csv": b"key\r\n"}, signed=False)


def forged(report: RandomReport, _: random.Random) -> RandomReport:
    """Sign with another key under the issuer's name."""
    return replace(report, signer=FORGER)


def other_tables(report: RandomReport, rng: random.Random) -> RandomReport:
    """Publish the tables of other requests over the same leaves."""
    served = any(one.entity for one in report.requests)
    return replace(report, requests=(*report.requests, random_request(rng, served=served)))


def csv_bent(report: RandomReport, rng: random.Random) -> RandomReport:
    """Sign a CSV file that is not its table."""
    name = rng.choice(("by-process.csv", "by-country.csv", "notices.csv", "preservation.csv"))
    harm = rng.choice(((b"\r\n", b"\n"), (b"total,", b"total, "), (b"key", b"Key"), (b"\r\n", b"\r\n\r\n")))
    return _touched(report, lambda files: {**files, name: files[name].replace(*harm)}, signed=True)


def _opening(report: RandomReport, rng: random.Random, **change: Any) -> RandomReport:
    """Return the report with one opening changed, its leaves and root made anew."""
    if not report.leaves:
        return further_page(report, rng)
    place = rng.randrange(len(report.leaves))
    bent = Leaf({**report.leaves[place].opening, **change}, report.leaves[place].salt)
    leaves = [*report.leaves[:place], bent, *report.leaves[place + 1 :]]
    return replace(report, leaves=tuple(sorted(leaves, key=lambda leaf: leaf_hash(leaf.data))))


def opening_odd(report: RandomReport, rng: random.Random) -> RandomReport:
    """Commit to an opening that no version knows."""
    changes: tuple[dict[str, Any], ...] = (
        {"v": True},
        {"v": 2},
        {"country": "A1"},
        {"country": "us"},
        {"process": "national_security_letter"},
        {"process": ["subpoena"]},
        {"outcome": "preserved"},
        {"outcome": "lost"},
        {"told": "never"},
        {"period": "2025-H2"},
        {"more": 1},
        {"entity": ""},
        {"entity": "North"},
        {"entity": "elsewhere"},
        {"entity": None},
    )
    return _opening(report, rng, **rng.choice(changes))


def out_of_order(report: RandomReport, _: random.Random) -> RandomReport:
    """Commit to the leaves in another order than that of their hashes."""
    return replace(report, leaves=report.leaves[::-1])


def salt_odd(report: RandomReport, rng: random.Random) -> RandomReport:
    """Spell the salts otherwise than in small hexadecimal digits."""
    harm = rng.choice(
        (str.upper, lambda text: text + " ", lambda text: text[:2] + " " + text[2:], lambda text: text[:-2])
    )
    lines = [json.dumps({"opening": leaf.opening, "salt": harm(leaf.salt.hex())}) for leaf in report.leaves]
    data = "".join(f"{line}\n" for line in lines).encode()
    return _touched(report, lambda files: {**files, LEAVES: data}, signed=True)


def leaf_lost(report: RandomReport, _: random.Random) -> RandomReport:
    """Publish fewer leaves than were committed to."""
    return _touched(report, lambda files: {**files, LEAVES: leaves_jsonl(report.leaves[1:])}, signed=True)


def band_other(report: RandomReport, rng: random.Random) -> RandomReport:
    """State other bands than were signed, or none, or unlawful ones."""
    harm = rng.randrange(4)
    if report.band is None or harm == 0:
        data = report.data | {"national_security": {"option": "3"} if report.band is None else None}
        return _touched(report, lambda files: {**files, REPORT: json.dumps(data).encode()}, signed=True)
    if harm == 1:
        data = {"tables": report.data["tables"]}
        return _touched(report, lambda files: {**files, REPORT: json.dumps(data).encode()}, signed=True)
    odd = rng.choice(("5-254", "7", "0-0", "250-1", "-1-248", "00-249"))
    return replace(
        report, band=replace(report.band, bands=tuple((name, odd, span) for name, _, span in report.band.bands))
    )


def series_in_table(report: RandomReport, _: random.Random) -> RandomReport:
    """Let an exact table speak of national security process."""
    data = report.data
    data["tables"]["more"] = {"code": "more", "rows": [{"key": "NSL", "received": 1}]}
    return _touched(report, lambda files: {**files, REPORT: json.dumps(data).encode()}, signed=True)


Change = Callable[[RandomReport, random.Random], RandomReport]
SOUND: tuple[Change, ...] = (nothing, further_page)
HARMFUL: tuple[Change, ...] = (
    flip,
    missing,
    unnamed,
    forged,
    other_tables,
    csv_bent,
    opening_odd,
    out_of_order,
    salt_odd,
    leaf_lost,
    band_other,
    series_in_table,
)


def random_receipt(report: RandomReport, rng: random.Random) -> dict[str, Any]:
    """Return a receipt with its report's statement, half of the time with something else than was counted."""
    made = receipt(report.leaves, rng.randrange(len(report.leaves)))
    made["statement"] = report.files()[NOTE].decode()
    if rng.random() < 0.5:
        return made
    name = rng.choice(sorted(made))
    value = made[name]
    if isinstance(value, int):
        made[name] = rng.choice((value + 1, value - 1, True, str(value), None))
    elif isinstance(value, str):
        place = rng.randrange(len(value))
        made[name] = value[:place] + rng.choice("0aA \n") + value[place + 1 :]
    elif isinstance(value, list):
        made[name] = [*value, "00" * 32] if rng.random() < 0.5 else value[1:]
    else:
        made[name] = {**value, "country": rng.choice(("A1", "US", "XX")), "v": rng.choice((1, True))}
    return made
