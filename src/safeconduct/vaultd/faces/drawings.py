"""What each kind of body looks like on its sheet: every member of it, in words that a signer can check."""

from collections.abc import Callable, Mapping

from safeconduct.core.base.canonical import JsonValue
from safeconduct.core.base.periods import parse_instant
from safeconduct.core.conduct.bodies import Body
from safeconduct.core.sealing.recipients import fingerprint, spoken
from safeconduct.vaultd.faces import words
from safeconduct.vaultd.faces.html import Html, fill, join
from safeconduct.vaultd.faces.sheets import (
    Context,
    Drawing,
    Part,
    facts,
    holders,
    listed,
    silence,
    table,
    with_quiet,
)

UNREADABLE = Html(
    "<p><b>The package is not whole.</b> These segments of the store are damaged. The officer&rsquo;s receipt does not "
    "say so. Decline, have them restored and have a new safe-conduct approved; or tell the officer by letter.</p>"
)
LEFT_OUT = '<p><b>Left out, and said so in the letter:</b> “$words”. <span class="quiet">$why</span></p>'


def _about(scope: list[JsonValue]) -> str:
    selectors = [one for item in scope for one in item["selectors"]]
    kinds = sorted({one["kind"] for one in selectors})
    return " and ".join(
        words.number(sum(one["kind"] == kind for one in selectors), words.SELECTORS[kind]) for kind in kinds
    )


def _organisations(value: list[JsonValue]) -> str:
    return " and ".join(dict.fromkeys(one["organisation_name"] for one in value))


def _scope_row(item: JsonValue, zone: str) -> list[object]:
    return [
        with_quiet(item["customer_name"] or "No name given", item["customer"]),
        listed([with_quiet(one["value"], words.SELECTORS[one["kind"]]) for one in item["selectors"]]),
        listed([words.CATEGORIES[one] for one in item["categories"]]),
        words.both(parse_instant(item["window"]["from"]), zone),
        words.both(parse_instant(item["window"]["until"]), zone),
    ]


def _ground(value: JsonValue, context: Context) -> Html:
    ground = value["ground"]
    cited = ", ".join(context.citations.get(one, one) for one in ground["provisions"])
    country = ground["disclosure_ground"]["authority_country"]
    kind = "Compelled" if ground["kind"] == "compelled" else "Emergency, not compelled"
    return with_quiet(
        fill(
            "<b>$kind: $process.</b> $cited. Served in and issued in one country, $country.",
            kind=kind,
            process=words.PROCESSES[ground["process"]],
            cited=cited,
            country=country,
        ),
        join(["Law as of ", ground["as_of"], ", edition ", words.short(ground["edition"])]),
    )


def _papers(value: list[JsonValue], context: Context) -> Html:
    return listed(
        [
            join(
                [
                    context.link(one["object"], one["name"]),
                    f", {words.number(one['pages'], 'page')} ",
                    words.short(one["sha256"]),
                ]
            )
            for one in value
        ]
    )


def safe_conduct(body: Body, context: Context) -> Drawing:
    """Return what a safe-conduct shows."""
    value = body.as_json()
    zone, served, limits = value["zone"], value["served_entity"], value["limits"]
    top = [
        ("Ground in law", _ground(value, context)),
        ("Served company", with_quiet(served["name"], f"{served['id']}, {served['country']}")),
        ("Holder", holders(value["holders"], context)),
        ("Matter", fill('<span class="ref">$text</span>', text=value["ground"]["matter"])),
    ]
    if value["ground"]["determinations"]:
        top.append(("Counsel determined", listed(value["ground"]["determinations"])))
    leaves = table(
        "What may leave",
        ("Customer", "About", "Categories", "From", "Until, not including"),
        [_scope_row(item, zone) for item in value["scope"]],
    )
    left = join(fill(LEFT_OUT, words=one["words"], why=one["why"]) for one in value["left_out"])
    papers = _papers(value["papers"], context)
    bounds = [
        ("Rows", f"At most {limits['row_ceiling']:,}."),
        ("Ends", f"{words.day(parse_instant(limits['expires']), zone)}, used or not"),
        ("Papers", papers),
        ("Silence", silence(value["silence"], context, zone)),
        ("Time zone", zone),
        ("Asked for by", context.name(value["requested_by"])),
    ]
    return Drawing(
        name="Safe-conduct",
        sentence=f"Let data about {_about(value['scope'])} be sealed for {_organisations(value['holders'])}.",
        parts=[
            Part("", facts(top)),
            Part("What may leave", leaves),
            Part("What is left out", left or fill("<p>$text</p>", text="Nothing that the paper asked for.")),
            Part("Limits", facts(bounds)),
        ],
        does="The vault may open these records once and seal them in a package.",
        does_not="Nothing leaves yet: a second reader compares the package with this sheet and approves its release.",
        zone=zone,
    )


def _unreadable(context: Context) -> list[Part]:
    if not context.unreadable:
        return []
    rows = [[segment, f"{count:,}"] for segment, count in context.unreadable]
    shown = table("What could not be read", ("Segment", "Records lost with it, at most"), rows)
    return [Part("What could not be read", join([UNREADABLE, shown]))]


def release(body: Body, context: Context) -> Drawing:
    """Return what a release shows."""
    value = body.as_json()
    rows = [[words.CATEGORIES[one], f"{count:,}"] for one, count in sorted(value["counts"].items())]
    total = sum(value["counts"].values())
    top = [
        ("Holder", holders(value["holders"], context)),
        ("Under safe-conduct", words.grouped(value["safe_conduct"])),
        ("Manifest root", words.grouped(value["manifest_root"])),
        ("Journey", fill('<span class="ref">$text</span>', text=value["journey"])),
        ("Size", f"{value['bytes']:,} bytes"),
        ("Ends", words.day(parse_instant(value["expires"]), "UTC")),
        ("Prepared by", context.name(value["prepared_by"])),
        ("Asked for by", context.name(value["requested_by"])),
    ]
    counts = table("What the package holds", ("Category", "Records"), rows) if rows else Html("<p>No record.</p>")
    return Drawing(
        name="Release",
        sentence=f"Let the sealed package of {words.number(total, 'record')} go to {_organisations(value['holders'])}.",
        parts=[Part("", facts(top)), Part("What the package holds", counts), *_unreadable(context)],
        does="The package leaves: it is sealed to the keys above and can be fetched by these officers until it ends.",
        does_not="It cannot be called back once opened. Nobody else can open it, and nothing is added to it.",
    )


def letter(body: Body, context: Context) -> Drawing:
    """Return what a letter shows."""
    value = body.as_json()
    to = value["to"]
    top = [
        ("Kind", value["letter_kind"].replace("_", " ")),
        ("To", with_quiet(f"{to['person_name']}, {to['organisation_name']}", spoken(to["key_fingerprint"][:16]))),
        ("Sealed to", fill('<span class="ref">$text</span>', text=to["recipient"])),
        ("Subject", value["subject"]),
        ("What it says", join(value["summary"].split("\n"), "<br>")),
        ("The letter", with_quiet(words.grouped(value["sha256"]), context.link(value["object"], "Read the letter"))),
        ("Matter", fill('<span class="ref">$text</span>', text=value["matter"])),
        ("Silence", silence(value["silence"], context, "UTC")),
        ("Written by", context.name(value["requested_by"])),
    ]
    return Drawing(
        name="Letter",
        sentence=f"Let this letter go to {to['organisation_name']}: {value['subject']}.",
        parts=[Part("", facts(top))],
        does="The letter leaves, sealed to the key above.",
        does_not="It discloses no record, and nothing else is approved with it.",
    )


def holder(body: Body, context: Context) -> Drawing:
    """Return what the enrolment of an officer shows."""
    value = body.as_json()
    call, passkey = value["call_back"], value["passkey"]
    by = " and ".join(context.name(person) for person in call["by"])
    top = [
        ("Officer", with_quiet(value["person_name"], value["person"])),
        ("Agency", with_quiet(value["organisation_name"], value["organisation"])),
        ("Country", value["country"]),
        ("Governmental", "Yes" if value["governmental"] else "No"),
        ("Key", with_quiet(words.grouped(fingerprint(value["age_recipient"])), value["age_recipient"])),
        ("Passkey", f"{passkey['credential_id']}, for {passkey['rp_id']}" if passkey else "None"),
        ("Called back by", f"{by}, {words.day(parse_instant(call['at']), 'UTC')}"),
        ("Number taken from", call["number_source"]),
        ("Asked for by", context.name(value["requested_by"])),
    ]
    return Drawing(
        name="Officer's keys",
        sentence=f"Let packages be sealed to the key of {value['person_name']}, {value['organisation_name']}.",
        parts=[Part("", facts(top))],
        does="From now on a safe-conduct may name this officer as a holder. Data is sealed to the key above.",
        does_not="It discloses nothing by itself, and proves no paper that this officer may send.",
    )


def roster(body: Body, context: Context) -> Drawing:
    """Return what a change of the roster shows."""
    value = body.as_json()
    person, adds = value["person"], value["change"] == "add"
    keys = listed([f"{one['credential_id']}, for {one['rp_id']}" for one in person["credentials"]])
    top = [
        ("Change", "Add to the roster" if adds else "Remove from the roster"),
        ("Person", with_quiet(person["name"], person["id"])),
        ("Roles", words.roles(frozenset(person["roles"]))),
        ("Passkeys", keys or "None"),
        ("Asked for by", context.name(value["requested_by"])),
    ]
    verb = "join" if adds else "leave"
    return Drawing(
        name="Roster",
        sentence=f"Let {person['name']} {verb} those who may sign.",
        parts=[Part("", facts(top))],
        does="The vault counts this person's signatures in these roles."
        if adds
        else "The vault counts this person no more.",
        does_not="It approves nothing that waits, and voids nothing that was done.",
    )


DRAWINGS: Mapping[str, Callable[[Body, Context], Drawing]] = {
    "safe-conduct": safe_conduct,
    "release": release,
    "letter": letter,
    "holder": holder,
    "roster": roster,
}
"""How to draw each kind of body."""
