"""The vault process asks its own clocks: nothing that has ended comes alive again, and no notice leaves early."""

import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import soaking
from tests.clocks.live_vault import hear, live_story, open_vault, refused
from tests.clocks.sky import DAY, HOUR, MINUTE, YEAR, Sky, disturb, heal
from tests.vaultd.refusals import code_of
from tests.vaultd.story import MATTER, Story, officer_keys, sealed

from safeconduct.core.base.canonical import sha256_hex
from safeconduct.core.base.clocks import Clocks, instant
from safeconduct.core.base.periods import instant_text
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.vaultd.clock import Clock
from safeconduct.vaultd.faces.sessions import Sessions

PDF = b"%PDF-1.7 a notice"
SCHEDULES = 4, 400
Live = tuple[Story, Sky]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with live_story(tmp_path / "instance") as found:
        yield found


def notice(story: Story, until: float, number: int = 0) -> str:
    """Have a notice approved that silence holds back until the instant ``until``."""
    object_id = story.call("seal", kind="notice", owner={"matter": MATTER}, data=b64encode(PDF).decode())["object"]
    recipient = officer_keys()[1]
    to = {"organisation_name": "Tern & Lowe", "person_name": "A. Tern", "key_fingerprint": fingerprint(recipient)}
    body = {
        "version": 1,
        "kind": "letter",
        "id": f"{number:032x}",
        "requested_by": "aline",
        "matter": MATTER,
        "letter_kind": "notice",
        "to": to | {"recipient": recipient},
        "object": object_id,
        "sha256": sha256_hex(PDF),
        "subject": "A request about you",
        "summary": "It was answered.",
        "silence": {"until": instant_text(instant(until)), "persons": ["aline", "ravi"]},
    }
    digest: str = story.call("propose", kind="letter", body=body)["digest"]
    story.sign(digest, "ravi")
    return digest


def issue(story: Story, digest: str) -> str:
    proof = story.proof("government_requests.issue_letter", digest=digest)
    return refused(story, "issue_letter", digest=digest, proof=proof)


def read(story: Story, paper: str, grant: str) -> str:
    return refused(story, "read_case", matter=MATTER, grant=grant, objects=[paper])


def test_the_clocks_stand_together_at_first_and_the_socket_shows_them(live: Live) -> None:
    story, _ = live
    told = story.call("status")["clocks"]
    assert told == {"wall": told["wall"], "boot": told["wall"], "witness": "2026-06-18T15:00:00Z", "agree": True}


def test_a_grant_that_ran_out_does_not_come_alive_again(live: Live) -> None:
    story, sky = live
    paper = sealed(story, "transcript", b"words")
    for back in (HOUR, DAY, 10 * YEAR):
        for how in ("running", "restarted", "machine started"):
            grant = story.grant()
            assert read(story, paper, grant) == ""
            sky.true += 16 * MINUTE
            hear(story, sky)
            assert read(story, paper, grant) == "SC-GRANT"
            sky.wall_off = -back
            begin_again(story, sky, how)
            assert read(story, paper, grant) == "SC-GRANT", (back, how)
            assert code_of(lambda: story.vault.opened.grants.give(matter=MATTER, person="aline")) == "SC-CLOCKS"
            sky.wall_off = 0.0
            hear(story, sky)


def begin_again(story: Story, sky: Sky, how: str) -> None:
    if how == "machine started":
        sky.start_machine()
    if how != "running":
        story.vault.close()
        open_vault(story, sky)


def test_a_consent_an_approval_and_a_challenge_end_and_stay_ended(live: Live) -> None:
    story, sky = live
    digest = story.call("propose", kind="safe-conduct", body=conduct(story, sky.true + DAY))["digest"]
    for person in ("ravi", "ines"):
        story.sign(digest, person)
    assert story.call("approvals", digest=digest)["state"] == "approved"
    face = story.configuration.faces["approve"]
    offer = story.offer("ravi", "counsel", digest)
    sessions = Sessions(name="approve", clock=story.vault.clock)
    name, cookie = sessions.begin("ravi")
    token = dict([cookie.partition(";")[0].split("=", 1)])
    assert (name, sessions.person(token)) == ("Set-Cookie", "ravi")
    sky.true += 2 * DAY
    assert story.call("approvals", digest=digest)["state"] == "expired"
    sky.wall_off = -10 * YEAR
    assert story.call("approvals", digest=digest)["state"] == "expired"
    assert sessions.person(token) is None
    from tests.vaultd.story import answer  # noqa: PLC0415 - for this one use

    assertion = answer(story.passkeys["ravi"]["approve"], offer, face.origin)
    ceremonies = story.vault.opened.ceremonies
    taken = {"face": face, "person": "ravi", "roles": frozenset({"counsel"}), "digest": digest}
    assert code_of(lambda: ceremonies.answer(assertion=assertion, **taken)) == "SC-NONCE"


def conduct(story: Story, expires: float) -> dict[str, Any]:
    from tests.vaultd.story import conduct_body  # noqa: PLC0415 - for this one use

    return conduct_body(story, limits={"expires": instant_text(instant(expires)), "row_ceiling": 600})


WRONG = (
    (10 * YEAR, 0, 0),
    (0, 10 * YEAR, 0),
    (0, 0, 10 * YEAR),
    (10 * YEAR, 10 * YEAR, 0),
    (10 * YEAR, 0, 10 * YEAR),
    (4 * MINUTE, 4 * MINUTE, 0),
    (4 * MINUTE, 0, 4 * MINUTE),
    (-10 * YEAR, 0, 0),
    (0, 0, 0),
)
"""Errors of the calendar, of the seconds since the start, and of the witness, a minute before silence ends."""


def test_a_notice_leaves_when_every_clock_says_so(live: Live) -> None:
    story, sky = live
    for number, (wall, boot, witness) in enumerate(WRONG):
        over = sky.true + DAY
        digest = notice(story, over, number)
        sky.true = over - 60
        sky.wall_off, sky.boot_off, sky.witness_off = wall, boot, witness
        hear(story, sky)
        # By the latest clock the approvals may have run out too: that is a refusal as well.
        assert issue(story, digest) in {"SC-CLOCKS", "SC-SILENCE", "SC-QUORUM"}, WRONG[number]
        sky.wall_off = sky.boot_off = sky.witness_off = 0.0
        hear(story, sky)
        sky.true = over
        # The time in the newest cosignature is still that of a minute ago.
        assert issue(story, digest) == "SC-SILENCE", (WRONG[number], story.vault.clock.read())
        hear(story, sky)
        assert issue(story, digest) == ""


def test_copies_are_not_destroyed_while_the_clocks_disagree(live: Live) -> None:
    story, sky = live
    end: Callable[[], str] = lambda: refused(  # noqa: E731 - one line, twice
        story, "end_preservation", matter=MATTER, proof=story.proof("government_requests.end_preservation")
    )
    sky.wall_off = 10 * YEAR
    assert end() == "SC-CLOCKS"
    sky.wall_off = 0.0
    assert end() == ""


def test_only_our_witnesss_word_about_our_own_head_counts(live: Live) -> None:
    story, sky = live
    before = story.call("status")["clocks"]["witness"]
    note = story.call("sign_head", log="public", size=0, root=_empty(), consistency=[])["note"]
    assert refused(story, "witness_time", note=note) == "SC-NO-WITNESS"
    assert refused(story, "witness_time", note=note.replace("public", "private")) != ""
    private = story.call("sign_head", log="private", size=0, root=_empty(), consistency=[])["note"]
    assert refused(story, "witness_time", note=private) != ""
    assert story.call("status")["clocks"]["witness"] == before
    sky.true += HOUR
    hear(story, sky)
    assert story.call("status")["clocks"]["witness"] != before


def _empty() -> str:
    from safeconduct.core.tlog.merkle import EMPTY_ROOT  # noqa: PLC0415 - for this one use

    return EMPTY_ROOT.hex()


def play(live: Live, chance: random.Random, told: dict[str, int], number: int) -> None:
    """Play one schedule against the vault; the true time says what was early and what came alive again."""
    story, sky = live
    heal(sky)
    story.vault.close()
    open_vault(story, sky)
    hear(story, sky)
    paper, grant = sealed(story, "transcript", b"words"), story.grant()
    over, ends = sky.true + chance.choice((HOUR, DAY)), sky.true + 15 * MINUTE
    digest = notice(story, over, number)
    for _ in range(5):
        sky.true += chance.choice((30.0, 5 * MINUTE, 20 * MINUTE, 2 * HOUR))
        starts = sky.starts
        disturb(sky, chance)
        # The rule of the sky looks at its own memory; let it hear what the vault hears.
        if chance.random() < 0.3 or starts != sky.starts:
            story.vault.close()
            open_vault(story, sky)
        sky.hear()
        sky.read()
        hear(story, sky)
        told["steps"] += 1
        told["revived"] += read(story, paper, grant) == "" and sky.true >= ends
        left = issue(story, digest) == ""
        told["early"] += left and sky.true < over
        told["left"] += left
    heal(sky)
    story.vault.close()
    open_vault(story, sky)
    sky.true = max(sky.true, over) + MINUTE
    hear(story, sky)
    told["stuck"] += issue(story, digest) != ""


def test_random_clocks_revive_no_grant_and_send_no_notice_early(live: Live) -> None:
    seed = soaking.seed("vault-clocks")
    told = dict.fromkeys(("steps", "revived", "early", "left", "stuck"), 0)
    count = soaking.count(*SCHEDULES)
    for number in range(count):
        play(live, random.Random(f"{seed}/{number}"), told, number)  # noqa: S311 - repeatable tests
    soaking.report("vault-clocks", schedules=count, **told)
    assert (told["revived"], told["early"], told["stuck"]) == (0, 0, 0)
    assert told["steps"] == 5 * count


def test_with_one_clock_a_grant_comes_alive_and_a_notice_leaves(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the vault process as it was, which believed its host."""
    story, sky = live
    paper, grant = sealed(story, "transcript", b"words"), story.grant()
    digest = notice(story, sky.true + DAY)
    monkeypatch.setattr(Clock, "read", lambda _clock: Clocks.of(instant(sky.host().wall)))
    sky.true += 16 * MINUTE
    assert read(story, paper, grant) == "SC-GRANT"
    sky.wall_off = -10 * MINUTE
    assert read(story, paper, grant) == ""
    sky.wall_off = 2 * DAY
    assert issue(story, digest) == ""
