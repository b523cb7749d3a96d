"""What a report says: its data, its tables, its charts and its page, all from the same leaves."""

import json
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.base.configuration import Configuration
from safeconduct.core.tally import published
from safeconduct.core.tally.bands import SERIES_NAMES, BandStatement
from safeconduct.core.tally.counting import RULES_VERSION, Tally
from safeconduct.core.tlog.notes import split_note
from safeconduct.rooms.transparency import queries
from safeconduct.rooms.transparency.actions.package_description import describe
from safeconduct.rooms.transparency.models import Report
from safeconduct.rooms.transparency.rules import charts, wording
from safeconduct.rooms.transparency.rules.countries import country_name, named
from safeconduct.rooms.transparency.rules.wording import Past

ROOT_OF_REPORT = "../../../"


@dataclass(frozen=True, kw_only=True)
class Content:
    """A report as it will stand in its folder.

    Attributes:
        statement: what the issuer signs.
        files: every file but the signed note, by name.
    """

    statement: published.ReportStatement
    files: dict[str, bytes]


def make(*, report: Report, here: Configuration, publication: date) -> Content:
    """Return the files of ``report`` for its day of publication; the same input gives the same bytes."""
    period = queries.parse_period(report.period)
    leaves = published.read_leaves(report.leaves.encode())
    found = published.recount(period, leaves)
    past = (*queries.before(period=period), Past(period, found.received, found.data_left))
    band = BandStatement.parse(split_note(report.band)[0]) if report.band else None
    data = _data(report, here, found, past, band, publication)
    files = {f"{table.code}.csv": published.table_csv(table) for table in found.tables}
    files[published.LEAVES] = published.leaves_jsonl(leaves)
    files[published.REPORT] = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    if report.band:
        files[published.BAND] = report.band.encode()
    files["datapackage.json"] = describe(found, files, company=here.name, period=period)
    page = _page(report, here, found, past, band, publication)
    files["index.html"] = render_to_string("transparency/report.html", page).encode()
    statement = published.ReportStatement(
        company=_company(here),
        period=period,
        version=report.version,
        root=bytes.fromhex(report.root),
        leaves=len(leaves),
        files={name: sha256_hex(body) for name, body in files.items()},
    )
    return Content(statement=statement, files=files)


def _company(here: Configuration) -> str:
    return next(iter(here.entities.values())).name


def _companies(here: Configuration) -> dict[str, str]:
    return {one.id: one.name for one in here.entities.values()}


def _data(
    report: Report,
    here: Configuration,
    found: Tally,
    past: tuple[Past, ...],
    band: BandStatement | None,
    publication: date,
) -> dict[str, JsonValue]:
    return {
        "version": 1,
        "company": _company(here),
        "demonstration": here.demonstration is not None,
        "period": str(found.period),
        "window": found.period.window.as_json(),
        "report_version": report.version,
        "publication": publication.isoformat(),
        "counting_rules": RULES_VERSION,
        "tables": {table.code: table.as_json() for table in found.tables},
        "over_time": [
            {"period": str(one.period), "received": one.received, "data_left": one.data_left} for one in past
        ],
        "national_security": published.band_json(band) if band else None,
        "root": report.root,
        "restates": {"version": report.version - 1, "why": report.why} if report.why else None,
    }


def _charts(found: Tally, past: tuple[Past, ...], home: str, room: charts.Room) -> dict[str, charts.Chart]:
    by_process = [(label, (n[1], n[2], n[0] - n[1] - n[2])) for _, label, n in found.by_process.rows]
    abroad = [row for row in named(found.by_country).rows if row[0] != home]
    left = any(n[1] for _, _, n in abroad)
    words = ("Data left", "Refused", "Sent elsewhere or nothing left")
    country = charts.lying(
        name="by-country",
        title=wording.by_country(found, home=home, home_name=country_name(home)),
        words=words if left else words[1:],
        rows=[(label, n[1:] if left else n[2:]) for _, label, n in abroad],
        fills=charts.FILLS if left else charts.FILLS[1:],
        room=room,
    )
    return {
        "process": charts.lying(
            name="by-process",
            title=wording.by_process(found),
            words=("Data left as asked", "After we narrowed it", "Nothing left"),
            rows=by_process,
            room=room,
        ),
        "country": country,
        "time": charts.standing(
            name="over-time",
            title=wording.over_time(past),
            words=("Data left", "Nothing left"),
            rows=[(_short(one), (one.data_left, one.received - one.data_left)) for one in past[-5:]],
            room=room,
        ),
        "notices": charts.band_of_parts(
            name="notices",
            title=wording.notices(found),
            words=("Before data left", "Afterwards", "Forbidden by an order, with its end", "Exception"),
            numbers=found.notices.total[:4],
            room=room,
        ),
    }


def _short(past: Past) -> str:
    return f"H{past.period.half} {past.period.year}"


def _page(
    report: Report,
    here: Configuration,
    found: Tally,
    past: tuple[Past, ...],
    band: BandStatement | None,
    publication: date,
) -> dict[str, object]:
    home = next(iter(here.entities.values())).country
    bands = (
        [(SERIES_NAMES.get(name, name), text.replace("-", " to "), window) for name, text, window in band.bands]
        if band
        else []
    )
    return {
        **frame(here, root=ROOT_OF_REPORT, page="reports"),
        "report": report,
        "report_tables": found.tables,
        "earlier_version": report.version - 1,
        "period": found.period,
        "period_words": wording.period_words(found.period),
        "publication": publication,
        "headline": wording.headline(found),
        "charts": _charts(found, past, home, charts.WIDE),
        "on_phone": _charts(found, past, home, charts.PHONE),
        "by_process": found.by_process,
        "by_country": named(found.by_country),
        "by_entity": named(found.by_entity, _companies(here)) if found.by_entity else None,
        "notices": found.notices,
        "preservation": named(found.preservation),
        "past": [(_short(one), one.received, one.data_left, one.share) for one in past],
        "band": band,
        "bands": bands,
        "root_words": " ".join(report.root[start : start + 4] for start in range(0, 16, 4)),
        "witnessed": False,
        "log_origin": here.log_origin,
    }


def frame(here: Configuration, *, root: str, page: str) -> dict[str, object]:
    """Return what every public page needs: the company, the marks of a demonstration, the way to the top folder."""
    return {
        "company": _company(here),
        "brand": here.name,
        "address": next(iter(here.entities.values())).address,
        "demonstration": here.demonstration is not None,
        "root": root,
        "page": page,
        "public_origin": here.faces["public"].origin,
        "portal_origin": here.faces["portal"].origin,
    }
