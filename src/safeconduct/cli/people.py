"""``safeconduct people``: enrol people for the faces, bind them to a provider, change the vault's roster, list alarms.

Whoever approves, reads second or receives packages is also enrolled in the vault process, by signatures of others;
what stands here alone opens nothing there.
"""

import argparse
import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeconduct.core.base.errors import BadInputError, ConflictError
from safeconduct.core.base.periods import instant_text

if TYPE_CHECKING:
    from safeconduct.core.base.actors import Actor

NAME = "people"
SETTINGS = "safeconduct.site.settings.headless"
PROPOSED = ("roster", "holder")
EVERYTHING = 100_000
FOUNDING = "founding"
"""The account of the founder, who enrols the first people and has no other right."""


class PeopleFileError(BadInputError):
    """The file does not say whom to enrol."""

    code = "SC-PEOPLE-FILE"
    cure = "docs/operate/start.md shows one."


class FoundedError(ConflictError):
    """People are enrolled already."""

    code = "SC-PEOPLE-FOUNDED"
    cure = "Give --account with the account of a security engineer."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's verb and options."""
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="enrol | bind | unbind | post | propose | apply | alarms"
    )
    verb = verbs.add_parser("enrol", help="enrol the organisations and people of a file; the vault must be open")
    verb.add_argument("file", type=Path, help="JSON; docs/operate/start.md shows one")
    verb.add_argument("--account", help="account of the security engineer who enrols; none for the very first people")
    hand_in = verbs.add_parser("propose", help="hand in a change of the roster, or an officer's keys, for signatures")
    hand_in.add_argument("file", type=Path, help="JSON; docs/operate/roster.md shows one")
    act = verbs.add_parser("apply", help="have the vault process apply what two people signed")
    act.add_argument("digest", help="the digest that they signed")
    act.add_argument("--person", required=True, help="id of the person whom it concerns")
    for one in (hand_in, act):
        one.add_argument("--account", required=True, help="account of the analyst or counsel who asks; never counts")
    bind = verbs.add_parser("bind", help="let the company's identity provider open a colleague's account")
    bind.add_argument("subject", help="the provider's own name for the colleague: the claim sub")
    bind.add_argument("--opens", required=True, metavar="ACCOUNT", help="the colleague's account")
    free = verbs.add_parser("unbind", help="let it no longer; the sessions that came that way end")
    free.add_argument("--opens", required=True, metavar="ACCOUNT", help="the colleague's account")
    post = verbs.add_parser("post", help="let a colleague work for some of the served companies alone, or for all")
    post.add_argument("person", help="id of the colleague")
    post.add_argument("--entity", action="append", default=[], help="id of an [[entity]]; may be repeated; none: all")
    for one in (bind, free, post):
        one.add_argument("--account", required=True, help="account of a security engineer")
    listed = verbs.add_parser("alarms", help="list what was refused, as the account may see it")
    listed.add_argument("--account", required=True, help="account of a security engineer or counsel")
    listed.add_argument("--all", action="store_true", help="also those that were answered")
    for one in (verb, hand_in, act, bind, free, post, listed):
        one.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
        one.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Run one verb; every change is an entry of the ledger."""
    verbs = {
        "enrol": _run_enrol,
        "bind": _run_bind,
        "unbind": _run_bind,
        "post": _run_post,
        "propose": _run_propose,
        "apply": _run_apply,
        "alarms": _run_alarms,
    }
    return verbs[arguments.verb](arguments)


def _setup_django(config: Path | None) -> datetime:
    """Enter the instance and return the present instant."""
    if config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - the file is checked before any database is touched

    django.setup()
    from safeconduct.site import clock  # noqa: PLC0415 - needs Django to be set up first

    return clock.now()


def _run_propose(arguments: argparse.Namespace) -> int:
    """Print the digest and the address at which others sign it."""
    try:
        facts = dict(json.loads(arguments.file.read_text("utf-8")))
        kind = str(facts["kind"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PeopleFileError(f"{arguments.file.name}: {type(error).__name__}.") from error
    if kind not in PROPOSED:
        raise PeopleFileError(f"kind is {' or '.join(PROPOSED)}.")
    now = _setup_django(arguments.config)
    from django.conf import settings  # noqa: PLC0415 - needs Django to be set up first

    from safeconduct.core.base.ids import new_id  # noqa: PLC0415 - after the arguments are known to be good
    from safeconduct.rooms.people import queries  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.people.rules import Permission  # noqa: PLC0415 - the same
    from safeconduct.rooms.vault import steps  # noqa: PLC0415 - the same

    actor = queries.actor_for(account=arguments.account, now=now)
    actor.require(Permission.CALL_BACK_RECORD)
    body = {"version": 1, "id": new_id(os.urandom), **facts, "requested_by": actor.person}
    digest = steps.propose(kind=kind, body=body)
    address = f"{settings.SAFECONDUCT.faces['approve'].origin}/a/{digest}"
    print(json.dumps({"digest": digest, "sign_at": address}) if arguments.json else f"{digest}\nTwo sign at {address}")
    return 0


def _run_apply(arguments: argparse.Namespace) -> int:
    now = _setup_django(arguments.config)
    from safeconduct.rooms.people import queries  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.vault import actions  # noqa: PLC0415 - the same

    actor = queries.actor_for(account=arguments.account, now=now)
    done = actions.enrol(actor=actor, now=now, digest=arguments.digest, person=arguments.person)
    print(json.dumps({"digest": done.digest, "entry": done.entry}) if arguments.json else "It holds from now on.")
    return 0


def _run_bind(arguments: argparse.Namespace) -> int:
    """Bind an account to the provider's name for a colleague, or end that."""
    now = _setup_django(arguments.config)
    from django.conf import settings  # noqa: PLC0415 - needs Django to be set up first

    from safeconduct.rooms.people import actions, queries  # noqa: PLC0415 - the same

    place, actor = settings.SAFECONDUCT.provider, queries.actor_for(account=arguments.account, now=now)
    if arguments.verb == "unbind":
        done = actions.unbind_identity(actor=actor, now=now, account=arguments.opens)
    elif place is None:
        raise BadInputError("safeconduct.toml has no [provider]; docs/operate/configuration.md shows one.")
    else:
        done = actions.bind_identity(
            actor=actor, now=now, account=arguments.opens, issuer=place.issuer, subject=arguments.subject
        )
    told = {"account": arguments.opens, "entry": done.entry}
    print(json.dumps(told) if arguments.json else f"It holds from now on: entry {done.entry}.")
    return 0


def _run_post(arguments: argparse.Namespace) -> int:
    """Say for which served companies a colleague works."""
    now = _setup_django(arguments.config)
    from django.conf import settings  # noqa: PLC0415 - needs Django to be set up first

    from safeconduct.rooms.people import actions, queries  # noqa: PLC0415 - the same

    wanted = frozenset(arguments.entity)
    if strange := sorted(wanted - set(settings.SAFECONDUCT.entities)):
        raise BadInputError(f"safeconduct.toml has no [[entity]] with the id {strange[0]}.")
    actor = queries.actor_for(account=arguments.account, now=now)
    done = actions.post_person(actor=actor, now=now, person=arguments.person, entities=wanted)
    told = {"person": arguments.person, "entities": sorted(wanted), "entry": done.entry}
    print(json.dumps(told) if arguments.json else f"It holds from now on: entry {done.entry}.")
    return 0


def _run_alarms(arguments: argparse.Namespace) -> int:
    """Copy the vault process's newest alarms first, if it answers; print ids, codes, gates and counts."""
    now = _setup_django(arguments.config)
    from safeconduct.core.base.errors import UnavailableError  # noqa: PLC0415 - after the arguments are known to be good
    from safeconduct.rooms.people import queries  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.vault import actions  # noqa: PLC0415 - the same

    actor = queries.actor_for(account=arguments.account, now=now)
    vault = "fetched"
    try:
        actions.fetch_alarms(now=now)
    except UnavailableError as error:
        vault = str(getattr(error, "vault_code", error.code))
    found = queries.alarms(actor=actor, everything=arguments.all, size=EVERYTHING)
    names = ("id", "source", "code", "gate", "caller", "matter", "count")
    lines = [{**{name: getattr(one, name) for name in names}, "last": instant_text(one.last)} for one in found.alarms]
    if arguments.json:
        print(json.dumps({"waiting": found.waiting, "vault": vault, "alarms": lines}))
        return 0
    print(f"{found.waiting} without an answer; the vault's: {vault}")
    for one in lines:
        print(f"{one['last']}  {one['count']:>5}  {one['code']:<20} {one['source']}/{one['gate']}  {one['caller']}")
    return 0


def _run_enrol(arguments: argparse.Namespace) -> int:
    """Enrol everybody in the file and print their accounts."""
    organisations = _read(arguments.file)
    now = _setup_django(arguments.config)
    actor = _actor(arguments.account, organisations, now)
    accounts: dict[str, str] = {}
    for organisation in organisations:
        accounts |= _enrol(actor, now, organisation)
    value = {"organisations": [one["id"] for one in organisations], "accounts": accounts}
    lines = [f"{person}  account {account}" for person, account in accounts.items()]
    print(json.dumps(value) if arguments.json else "\n".join(lines))
    return 0


def _read(path: Path) -> list[dict[str, Any]]:
    from safeconduct.core.base.ids import new_id  # noqa: PLC0415 - only this command makes ids

    try:
        found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["organisations"]
        for one in found:
            one.setdefault("id", new_id(os.urandom))
            _ = (str(one["name"]), str(one["country"]), bool(one["governmental"]))
            for person in one["people"]:
                person["until"] = datetime.fromisoformat(person["until"])
                if person["until"].tzinfo is None:
                    raise PeopleFileError("until is an instant with its offset, such as 2028-01-01T00:00:00Z.")
                _ = (str(person["id"]), str(person["name"]), list(person["roles"]), list(person["keys"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PeopleFileError(f"{path.name}: {type(error).__name__}.") from error
    return found


def _actor(account: str | None, organisations: list[dict[str, Any]], now: datetime) -> "Actor":
    """Return who enrols: a known account, or, where nobody is enrolled, the file's own security engineer."""
    from safeconduct.core.base.actors import Actor  # noqa: PLC0415 - after the arguments are known to be good
    from safeconduct.rooms.people import queries  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.people.rules import Permission  # noqa: PLC0415 - the same

    if account is not None:
        return queries.actor_for(account=account, now=now)
    if queries.everybody(now=now, officers=False):
        raise FoundedError
    for organisation in organisations:
        for person in organisation["people"]:
            if "security_engineer" in person["roles"]:
                rights = frozenset({str(Permission.PERSON_ENROL)})
                return Actor(person=person["id"], account=FOUNDING, organisation=organisation["id"], permissions=rights)
    raise PeopleFileError("Nobody in it is a security_engineer, who alone may enrol others later.")


def _enrol(actor: "Actor", now: datetime, organisation: dict[str, Any]) -> dict[str, str]:
    from safeconduct.rooms.people import actions  # noqa: PLC0415 - needs Django to be set up first
    from safeconduct.rooms.people.rules import Role  # noqa: PLC0415 - the same
    from safeconduct.rooms.vault import steps as vault  # noqa: PLC0415 - the same

    actions.enrol_organisation(
        actor=actor,
        now=now,
        organisation=organisation["id"],
        name_object=vault.put_name(name=organisation["name"]),
        country=organisation["country"],
        governmental=organisation["governmental"],
    )
    accounts = {}
    for person in organisation["people"]:
        actions.enrol_person(
            actor=actor,
            now=now,
            person=person["id"],
            name_object=vault.put_name(name=person["name"]),
            organisation=organisation["id"],
            roles=frozenset(Role(role) for role in person["roles"]),
            until=person["until"],
        )
        opened = actions.open_account(actor=actor, now=now, person=person["id"], keys=tuple(person["keys"]))
        accounts[person["id"]] = opened.id
    return accounts
