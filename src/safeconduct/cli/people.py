"""``safeconduct people``: enrol organisations and people for the faces from a file; the very first ones, too.

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

if TYPE_CHECKING:
    from safeconduct.core.base.actors import Actor

NAME = "people"
SETTINGS = "safeconduct.site.settings.headless"
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
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="enrol")
    verb = verbs.add_parser("enrol", help="enrol the organisations and people of a file; the vault must be open")
    verb.add_argument("file", type=Path, help="JSON; docs/operate/start.md shows one")
    verb.add_argument("--account", help="account of the security engineer who enrols; none for the very first people")
    verb.add_argument("--config", type=Path, help="safeconduct.toml; without it, SAFECONDUCT_CONFIG names it")
    verb.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Enrol everybody in the file and print their accounts; each enrolment is an entry of the ledger."""
    organisations = _read(arguments.file)
    if arguments.config is not None:
        os.environ["SAFECONDUCT_CONFIG"] = str(arguments.config.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # noqa: PLC0415 - the file is checked before any database is touched

    django.setup()
    from safeconduct.site import clock  # noqa: PLC0415 - needs Django to be set up first

    now = clock.now()
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
