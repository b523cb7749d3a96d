"""Somebody who owns an officer's mailbox: reads it, follows its links, asks for resets, writes in the officer's name.

He has no passkey of the officer's and no key to the officer's files. Against him stand a live vault process with a
package that was released to that officer, and the portal, neither of them a demonstration.
"""

import json
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from tests.functional.fortress import JOURNEY, Fortress
from tests.rooms.people.world import OFFICER, account
from tests.vaultd.story import holder_body

from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import decrypt_age, new_identity
from safeconduct.rooms.people.models import Alarm

SECRET = re.compile(r"Quillon|Tidewater|q\.markerby|\+1202555|^PK\x03\x04")
"""What stands in the package and nowhere that a thief may look, and how a package begins."""


def passkey(rp_id: str) -> SoftwarePasskey:
    return SoftwarePasskey.create(rp_id=rp_id, randomness=os.urandom)


@dataclass
class Thief:
    """His hands, and everything that came back to him.

    Attributes:
        web: the live vault process. portal: his browser at the portal. own: his own passkeys, by face.
        old: an assertion by which the officer once fetched the package, word for word.
    """

    web: Fortress
    portal: Client
    own: dict[str, SoftwarePasskey]
    officer_portal: SoftwarePasskey
    old: dict[str, Any] = field(default_factory=dict)
    came_back: list[bytes] = field(default_factory=list)
    proposed: int = 0

    @property
    def package(self) -> str:
        return f"/package/{self.web.release}"

    def at_portal(self, method: str, path: str, **data: Any) -> int:
        answer = (
            self.portal.generic(method, path, secure=True)
            if method != "POST"
            else self.portal.post(path, data, secure=True)
        )
        self.came_back.append(bytes(answer.content))
        return int(answer.status_code)

    def at_open(self, method: str, path: str, value: Any = None) -> tuple[int, str]:
        (status, code), _ = self.web.page("open", method, path, value)
        self.came_back.append(self.web.seen[-1].encode())
        return status, code

    def ask(self, person: str = "") -> dict[str, Any]:
        _, asked = self.web.page("open", "GET", f"{self.package}/challenge?person={person}")
        return asked

    def answer(self, key: SoftwarePasskey, *, person: str = "", origin: str = "", **changes: Any) -> tuple[int, str]:
        """Answer the package page's fresh challenge with ``key``."""
        asked = self.ask(person)
        challenge = urlsafe_b64decode(asked["challenge"] + "==")
        said = key.assertion(challenge=challenge, origin=origin or self.web.story.configuration.faces["open"].origin)
        return self.at_open("POST", self.package, {"person": person, "assertion": {**said, **changes}})

    def propose(self, **changes: Any) -> tuple[int, str]:
        """Have a colleague who believes his mail hand in keys, and enter them without two signatures."""
        self.proposed += 1
        body = holder_body(self.web.story, **{"id": f"{self.proposed:032x}", **changes})
        told = self.web.call("propose", kind="holder", body=body)[1]
        (status, code), _ = self.web.act("enrol", "people.enrol", {"digest": told["digest"]}, digest=told["digest"])
        return status, code


def fetched_by_the_officer(thief: Thief) -> dict[str, Any]:
    """The control: the officer answers the same page with their own passkey, and the readable package comes."""
    web = thief.web
    key = web.story.passkeys["officer-1"]["open"]
    asked = thief.ask("officer-1")
    challenge = urlsafe_b64decode(asked["challenge"] + "==")
    said = key.assertion(challenge=challenge, origin=web.story.configuration.faces["open"].origin)
    value = {"person": "officer-1", "assertion": said}
    (status, code), _ = web.page("open", "POST", thief.package, value)
    return {"status": status, "code": code, "sent": value}


def release_to_the_officer(web: Fortress) -> None:
    """Have the second reader sign and the package leave, sealed to the officer's key."""
    _, asked = web.page("approve", "GET", f"/a/{web.release}/challenge?person=mara")
    face = web.story.configuration.faces["approve"]
    said = web.story.passkeys["mara"]["approve"].assertion(
        challenge=urlsafe_b64decode(asked["challenge"] + "=="), origin=face.origin
    )
    signed = web.page("approve", "POST", f"/a/{web.release}/approve", {"person": "mara", "assertion": said})[0]
    assert signed[0] == 200, signed
    facts = {"digest": web.release, "journey": JOURNEY}
    left = web.act("release", "government_requests.release", facts, digest=web.release, journey=JOURNEY)[0]
    assert left[0] == 200, left


# Each strategy answers with a status and a code; 200 with a way onwards would be a success.
Strategy = Callable[[Thief], tuple[int, str]]


def portal_sign_in(thief: Thief, key: SoftwarePasskey, **changes: Any) -> tuple[int, str]:
    page = thief.portal.get("/sign-in", secure=True)
    found = re.search(r'data-challenge="([^"]+)"', page.content.decode())
    assert found is not None
    origin = changes.pop("origin", f"https://{key.rp_id}:8444")
    said = key.assertion(challenge=urlsafe_b64decode(found[1] + "=="), origin=origin)
    return thief.at_portal("POST", "/sign-in/passkey", assertion=json.dumps({**said, **changes})), ""


def sign_in_with_a_passkey_of_his_own(thief: Thief) -> tuple[int, str]:
    return portal_sign_in(thief, thief.own["portal"])


def sign_in_under_the_officers_key_id(thief: Thief) -> tuple[int, str]:
    named = thief.officer_portal.credential().as_json()["credential_id"]
    return portal_sign_in(thief, thief.own["portal"], id=named, rawId=named)


def lure_the_officer_to_a_look_alike(thief: Thief) -> tuple[int, str]:
    """The officer's own passkey answers on a look-alike host, which passes the answer on."""
    return portal_sign_in(thief, thief.officer_portal, origin="https://portal.safeconduct.localhost.example:8444")


def sign_in_by_one_click(thief: Thief) -> tuple[int, str]:
    return thief.at_portal("POST", "/sign-in/demonstration", account=account(OFFICER)), ""


def replay_an_old_sign_in(thief: Thief) -> tuple[int, str]:
    said = thief.officer_portal.assertion(challenge=os.urandom(32), origin="https://portal.safeconduct.localhost:8444")
    thief.portal.get("/sign-in", secure=True)
    return thief.at_portal("POST", "/sign-in/passkey", assertion=json.dumps(said)), ""


def answer_a_sign_in_that_never_began(thief: Thief) -> tuple[int, str]:
    said = thief.officer_portal.assertion(challenge=os.urandom(32), origin="https://portal.safeconduct.localhost:8444")
    thief.portal.cookies.clear()
    status = 0
    for _ in range(5):
        status = thief.at_portal("POST", "/sign-in/passkey", assertion=json.dumps(said))
    return status, ""


def ask_for_a_reset(thief: Thief) -> tuple[int, str]:
    words = ("reset", "password-reset", "forgot", "recover", "magic-link", "sign-in/mail", "sign-in/reset")
    return min(thief.at_portal("GET", f"/{one}") for one in words), ""


def register_again(thief: Thief) -> tuple[int, str]:
    words = ("register", "sign-up", "enrol", "account", "passkey/new", "sign-in/register")
    return min(thief.at_portal("POST", f"/{one}", email="officer@agency.example") for one in words), ""


def follow_the_links_of_the_mailbox(thief: Thief) -> tuple[int, str]:
    paths = ("/", f"/requests/{'a' * 32}", f"/requests/{'a' * 32}/package", f"/requests/{'a' * 32}/acknowledgement")
    return min(thief.at_portal("GET", one) for one in paths), ""


def write_through_a_link(thief: Thief) -> tuple[int, str]:
    status = 0
    for act in ("answer", "withdraw", "delivered", "answer", "withdraw"):
        status = thief.at_portal("POST", f"/requests/{'a' * 32}/{act}", words="Please resend.")
    return status, ""


def use_a_session_from_an_old_mail(thief: Thief) -> tuple[int, str]:
    thief.portal.cookies["__Host-portal"] = "session-that-was-signed-out-000000"
    try:
        return thief.at_portal("GET", "/"), ""
    finally:
        thief.portal.cookies.clear()


def follow_the_package_link(thief: Thief) -> tuple[int, str]:
    status, code = thief.at_open("GET", f"{thief.package}/file")
    return (0, "asked for a passkey") if status in (200, 303) and not SECRET.search(thief.web.seen[-1]) else (200, code)


def fetch_with_a_passkey_of_his_own(thief: Thief) -> tuple[int, str]:
    return thief.answer(thief.own["open"], person="officer-1")


def fetch_under_the_officers_key_id(thief: Thief) -> tuple[int, str]:
    named = thief.web.story.passkeys["officer-1"]["open"].credential().as_json()["credential_id"]
    return thief.answer(thief.own["open"], person="officer-1", id=named, rawId=named)


def lure_the_officer_to_a_look_alike_of_open(thief: Thief) -> tuple[int, str]:
    key = thief.web.story.passkeys["officer-1"]["open"]
    return thief.answer(key, person="officer-1", origin="https://open.safeconduct-localhost.example")


def replay_the_officers_last_fetch(thief: Thief) -> tuple[int, str]:
    return thief.at_open("POST", thief.package, thief.old)


def fetch_without_any_answer(thief: Thief) -> tuple[int, str]:
    status, code = thief.at_open("POST", thief.package, {"person": "officer-1", "demonstration": True})
    return status, code


def fetch_in_a_colleagues_name(thief: Thief) -> tuple[int, str]:
    return thief.answer(thief.own["open"], person="officer-2")


def have_his_age_key_entered(thief: Thief) -> tuple[int, str]:
    return thief.propose(age_recipient=new_identity()[1])


def have_his_passkey_entered(thief: Thief) -> tuple[int, str]:
    return thief.propose(passkey=thief.own["open"].credential().as_json())


def have_a_colleague_added(thief: Thief) -> tuple[int, str]:
    key = thief.own["open"].credential().as_json()
    return thief.propose(person="officer-2", age_recipient=new_identity()[1], passkey=key)


def fool_one_of_the_two_who_sign(thief: Thief) -> tuple[int, str]:
    """One colleague signs his new key without calling back; the other one does not."""
    web = thief.web
    thief.proposed += 1
    body = holder_body(web.story, id=f"{thief.proposed:032x}", age_recipient=new_identity()[1])
    told = web.call("propose", kind="holder", body=body)[1]["digest"]
    _, asked = web.page("approve", "GET", f"/a/{told}/challenge?person=ravi")
    said = web.story.passkeys["ravi"]["approve"].assertion(
        challenge=urlsafe_b64decode(asked["challenge"] + "=="), origin=web.story.configuration.faces["approve"].origin
    )
    assert web.page("approve", "POST", f"/a/{told}/approve", {"person": "ravi", "assertion": said})[0][0] == 200
    (status, code), _ = web.act("enrol", "people.enrol", {"digest": told}, digest=told)
    return status, code


def ask_for_a_new_delivery_under_another_key(thief: Thief) -> tuple[int, str]:
    """A colleague asks for the same package for the thief's key; nobody signed that."""
    body = thief.web.body(id=f"{os.urandom(16).hex()}")
    body["holders"] = [body["holders"][0] | {"key_fingerprint": "age:" + "0" * 16}]
    (status, code), told = thief.web.call("propose", kind="safe-conduct", body=body)
    if status != 200:
        return status, code
    facts = {"digest": told["digest"], "journey": os.urandom(16).hex()}
    return thief.web.act("collect", "government_requests.authorise", facts, **facts)[0]


def send_an_emergency_request(thief: Thief) -> tuple[int, str]:
    """An emergency in the officer's name, entered by a colleague in a hurry: nobody has signed it."""
    body = thief.web.body(id=f"{os.urandom(16).hex()}")
    body["ground"] = body["ground"] | {"kind": "emergency", "process": "emergency_request"}
    (status, code), told = thief.web.call("propose", kind="safe-conduct", body=body)
    if status != 200:
        return status, code
    facts = {"digest": told["digest"], "journey": os.urandom(16).hex()}
    return thief.web.act("collect", "government_requests.authorise", facts, **facts)[0]


def ask_to_resend(thief: Thief) -> tuple[int, str]:
    """A colleague sends it again: the same bytes, sealed to the officer's key, which the thief's does not open."""
    facts = {"digest": thief.web.release, "journey": JOURNEY}
    thief.web.act("release", "government_requests.release", facts, **facts)
    for path in sorted(thief.web.story.configuration.outbox.glob("*.age")):
        try:
            thief.came_back.append(decrypt_age(path.read_bytes(), new_identity()[0]))
        except Exception as error:  # noqa: BLE001 - whatever the library refuses with
            return 403, type(error).__name__
    return 200, ""


def read_a_letter_by_its_link(thief: Thief) -> tuple[int, str]:
    return thief.at_open("GET", f"/object/{thief.web.objects['transcript']}")


def sign_in_at_open(thief: Thief) -> tuple[int, str]:
    _, asked = thief.web.page("open", "GET", "/sign-in/challenge?person=officer-1")
    said = thief.own["open"].assertion(
        challenge=urlsafe_b64decode(asked["challenge"] + "=="),
        origin=thief.web.story.configuration.faces["open"].origin,
    )
    return thief.at_open("POST", "/sign-in", {"person": "officer-1", "assertion": said})


STRATEGIES: dict[Strategy, str] = {
    sign_in_with_a_passkey_of_his_own: "portal",
    sign_in_under_the_officers_key_id: "portal",
    lure_the_officer_to_a_look_alike: "portal",
    sign_in_by_one_click: "portal",
    replay_an_old_sign_in: "portal",
    answer_a_sign_in_that_never_began: "portal",
    write_through_a_link: "portal",
    use_a_session_from_an_old_mail: "portal",
    ask_for_a_reset: "",
    register_again: "",
    follow_the_links_of_the_mailbox: "",
    follow_the_package_link: "",
    ask_to_resend: "",
    read_a_letter_by_its_link: "",
    fetch_with_a_passkey_of_his_own: "vault",
    fetch_under_the_officers_key_id: "vault",
    lure_the_officer_to_a_look_alike_of_open: "vault",
    replay_the_officers_last_fetch: "vault",
    fetch_without_any_answer: "vault",
    fetch_in_a_colleagues_name: "vault",
    sign_in_at_open: "vault",
    have_his_age_key_entered: "vault",
    have_his_passkey_entered: "vault",
    have_a_colleague_added: "vault",
    fool_one_of_the_two_who_sign: "vault",
    ask_for_a_new_delivery_under_another_key: "vault",
    send_an_emergency_request: "vault",
}
"""Each strategy and where it raises an alarm; empty where it looks like anybody who is not signed in yet."""


def alarms(thief: Thief) -> dict[str, int]:
    """Return how many refusals each side has counted."""
    told = thief.web.call("alarms", after=0)[1]["alarms"]
    portal = sum(Alarm.objects.filter(source="portal").values_list("count", flat=True))
    return {"vault": sum(one["count"] for one in told), "portal": portal}
