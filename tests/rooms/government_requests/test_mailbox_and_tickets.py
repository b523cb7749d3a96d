"""A mailbox is read over TLS and only what was sealed is marked; a ticket system learns a random reference at most."""

import hmac
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.museum.mails.collection import TEXT, attachment, head, multipart
from tests.rooms.government_requests.listening import HOST, certificate, mailbox, ticket_system
from tests.rooms.government_requests.papers import SILENCE, paper
from tests.rooms.government_requests.world import VaultDownError, World

from safeconduct.core.base.actors import system_actor
from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.mail_place import Mailbox, MailPlace
from safeconduct.core.base.ticket_place import TicketPlace
from safeconduct.rooms.government_requests import actions
from safeconduct.rooms.government_requests.models import TicketCall
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.steps.mail_places import MailPlaceError
from safeconduct.rooms.government_requests.steps.tickets import TicketSecretError, begin_calls, make_calls

OFFICE = system_actor(permissions=frozenset({Permission.RECEIVE.value}))
SECRET = b"s" * 40


def test_the_mailbox_is_read_once_and_marked_after_sealing(world: World, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    (tmp_path / "word").write_text("the-word\n", "utf-8")
    with mailbox(context) as box:
        box.mails = {4: head(subject="One") + b"\r\nx", 9: multipart(TEXT, attachment())}
        where = Mailbox(
            host=HOST, port=box.port, user="legal", password_file=tmp_path / "word", folder="INBOX", ca=authority
        )
        world.settings.SAFECONDUCT = replace(
            world.settings.SAFECONDUCT, mail=MailPlace(drop=None, mailbox=where, server="")
        )
        world.vault.down.add("seal")
        with pytest.raises(VaultDownError):
            actions.fetch_mail(actor=OFFICE, now=world.now)
        assert box.seen == set()
        world.vault.down.clear()
        assert len(actions.fetch_mail(actor=OFFICE, now=world.now)) == 2
        assert box.seen == {4, 9}
        box.seen.clear()
        # Its mark was lost: the same bytes are the same mail.
        assert actions.fetch_mail(actor=OFFICE, now=world.now) == ()
        assert any(data == box.mails[9] for data in world.vault.objects.values())
        box.password = "another"  # noqa: S105 - of a mailbox that lives for a test
        with pytest.raises(MailPlaceError):
            actions.fetch_mail(actor=OFFICE, now=world.now)


def test_a_mailbox_that_nobody_vouches_for_is_not_read(world: World, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    (tmp_path / "word").write_text("the-word", "utf-8")
    with mailbox(context) as box:
        where = Mailbox(host=HOST, port=box.port, user="x", password_file=tmp_path / "word", folder="INBOX", ca=None)
        world.settings.SAFECONDUCT = replace(
            world.settings.SAFECONDUCT, mail=MailPlace(drop=None, mailbox=where, server="")
        )
        with pytest.raises(MailPlaceError):
            actions.fetch_mail(actor=OFFICE, now=world.now)


def place(tmp_path: Path, port: int, authority: Path | None) -> TicketPlace:
    (tmp_path / "secret").write_bytes(SECRET)
    return TicketPlace(host=HOST, port=port, path="/hook", secret_file=tmp_path / "secret", ca=authority)


def rounds(world: World, where: TicketPlace) -> tuple[int, int]:
    begin_calls(now=world.now, randomness=lambda count: b"\x07" * count)
    return make_calls(place=where, now=world.now)


def test_the_ticket_system_gets_a_signed_reference_and_nothing_else(world: World, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    matter = world.receive()
    world.receive(paper(silence=SILENCE))
    with ticket_system(context) as system:
        where = place(tmp_path, system.port, authority)
        assert rounds(world, where) == (1, 0)
        assert rounds(world, where) == (0, 0)
        ((headers, body),) = system.calls
        assert body == b'{"reference": "%s"}' % world.row(matter).reference.encode()
        signed = f"safeconduct/v1/ticket\n{headers['X-Safeconduct-Call']}\n{headers['X-Safeconduct-Time']}\n".encode()
        expected = hmac.new(SECRET, signed + body, sha256).hexdigest()
        assert headers["X-Safeconduct-Signature"] == f"v1={expected}"
        assert not set(headers) - {
            "Host", "Accept-Encoding", "Content-Length", "Content-Type", "X-Safeconduct-Call", "X-Safeconduct-Time",
            "X-Safeconduct-Signature",
        }  # fmt: skip
        actions.take(actor=world.analyst, now=world.now, matter=matter)
        assert rounds(world, where) == (1, 0)
        assert system.calls[1][1] == body
    assert TicketCall.objects.count() == 1


@pytest.mark.parametrize("status", [302, 500])
def test_a_call_that_fails_is_made_again_later_under_its_number(world: World, tmp_path: Path, status: int) -> None:
    context, authority = certificate(tmp_path)
    world.receive()
    with ticket_system(context) as system:
        where, system.status = place(tmp_path, system.port, authority), status
        assert rounds(world, where) == (0, 1)
        assert rounds(world, where) == (0, 0)
        world.now += timedelta(hours=1)
        system.status = 200
        assert rounds(world, where) == (1, 0)
        first, second = (headers["X-Safeconduct-Call"] for headers, _ in system.calls)
        assert first == second


def test_a_matter_that_was_silenced_meanwhile_is_not_told_of(world: World, tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    matter = world.receive()
    with ticket_system(context) as system:
        where = place(tmp_path, system.port, authority)
        begin_calls(now=world.now, randomness=lambda count: b"\x07" * count)
        row = world.row(matter)
        row.silenced = True
        row.save()
        assert make_calls(place=where, now=world.now) == (0, 0)
        assert system.calls == []
        row.silenced = False
        row.save()
        # The control: without silence the same call is made.
        assert make_calls(place=where, now=world.now) == (1, 0)


def test_no_call_without_a_secret_or_to_somebody_unknown(world: World, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    world.receive()
    with ticket_system(context) as system:
        assert rounds(world, place(tmp_path, system.port, None)) == (0, 1)
        (tmp_path / "secret").write_bytes(b"short")
        with pytest.raises(TicketSecretError):
            make_calls(place=replace(place(tmp_path, system.port, None), secret_file=tmp_path / "none"), now=world.now)
        assert system.calls == []
    for url in ("http://a.example/", "https://u:p@a.example/", "https://a.example/?x=1", "https://a.example:x/"):
        with pytest.raises(BadInputError):
            TicketPlace.from_table({"url": url, "secret_file": "s"}, tmp_path)
