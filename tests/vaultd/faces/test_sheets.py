"""The sheet shows every value of the object, in markup that no value can break out of."""

import os
import re
from html import unescape

import pytest
from tests.vaultd.story import MATTER, Story, conduct_body, holder_body, officer_keys

from safeconduct.core.base.canonical import JsonValue, sha256_hex
from safeconduct.core.conduct.bodies import parse
from safeconduct.core.conduct.software_passkey import SoftwarePasskey
from safeconduct.core.sealing.recipients import fingerprint
from safeconduct.vaultd.faces.drawings import DRAWINGS
from safeconduct.vaultd.faces.html import Html, fill
from safeconduct.vaultd.faces.open import Open, ReturnError
from safeconduct.vaultd.faces.sheets import Context, sheet

EVIL = "<script>alert(1)</script>\"&'"


def bodies(story: Story) -> dict[str, JsonValue]:
    """Return one body of each kind, with text that would like to be markup."""
    key = SoftwarePasskey.create(rp_id="approve.safeconduct.localhost", randomness=os.urandom).credential().as_json()
    head = {"version": 1, "id": "0" * 32, "requested_by": "aline"}
    recipient = officer_keys()[1]
    conduct = conduct_body(story, left_out=[{"words": EVIL, "why": "Not particular."}])
    conduct["scope"][0]["customer_name"] = EVIL
    return {
        "safe-conduct": conduct,
        "holder": holder_body(story, organisation_name=EVIL),
        "roster": {
            **head,
            "kind": "roster",
            "change": "add",
            "person": {"id": "nora", "name": EVIL, "roles": ["approver", "counsel"], "credentials": [key]},
        },
        "letter": {
            **head,
            "kind": "letter",
            "matter": MATTER,
            "letter_kind": "refusal",
            "to": {
                "organisation_name": EVIL,
                "person_name": "Deputy L. Marrow",
                "key_fingerprint": fingerprint(recipient),
                "recipient": recipient,
            },
            "object": "e" * 32,
            "sha256": sha256_hex(b"letter"),
            "subject": "Your request",
            "summary": f"One line.\n{EVIL}",
            "silence": {"until": "2026-12-06T05:00:00Z", "persons": ["ravi"]},
        },
        "release": {
            **head,
            "kind": "release",
            "prepared_by": "dov",
            "safe_conduct": "1" * 64,
            "journey": "b" * 32,
            "manifest_root": "2" * 64,
            "holders": [conduct["holders"][0] | {"organisation_name": EVIL}],
            "counts": {"call_detail": 412},
            "bytes": 12345,
            "expires": "2026-07-02T21:00:00Z",
        },
    }


SHOWN = {
    "safe-conduct": ("+12025550143", "Call detail", "1 Feb 2026, 05:00 UTC", "1 Mar 2026, 05:00 UTC", "600"),
    "holder": ("Deputy L. Marrow", "US", "State directory", "11 June 2026"),
    "roster": ("approver, counsel", "Add to the roster"),
    "letter": ("Your request", "One line.", "refusal", "6 December 2026"),
    "release": ("412", "12,345 bytes", "2222 2222", "2 July 2026"),
}


@pytest.mark.parametrize("kind", sorted(DRAWINGS))
def test_each_kind_is_shown_whole_and_harmless(story: Story, kind: str) -> None:
    body = parse(kind, bodies(story)[kind])
    context = Context(names={"aline": "Aline Tester", "dov": "Dov Tester", "ravi": "Ravi Tester"})
    drawing = DRAWINGS[kind](body, context)
    page = sheet(body=body, drawing=drawing, approvals=[], context=context, acts=Html(""))
    assert "<script" not in page
    assert EVIL in unescape(page)
    words = unescape(re.sub(r"<[^>]+>", " ", page.partition("<details>")[0]))
    assert [text for text in SHOWN[kind] if text not in words] == []
    assert "Aline Tester" in words
    assert body.canonical.decode() in unescape(page)


def test_a_value_is_escaped_and_a_missing_one_is_an_error() -> None:
    assert fill("<b>$x</b>", x=EVIL) == f"<b>{fill('$x', x=EVIL)}</b>"
    assert "<script>" not in fill("$x", x=EVIL)
    assert "<i>" in fill("$x", x=Html("<i>"))
    with pytest.raises(KeyError):
        fill("$x")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://desk.safeconduct.localhost:18400.evil.example/",
        "https://desk.safeconduct.localhost:18400@evil.example/",
        "https://evil.example\\@desk.safeconduct.localhost:18400/",
        "//desk.safeconduct.localhost:18400/",
        "javascript:alert(1)",
        "http://desk.safeconduct.localhost:18400/",
        "https://desk.safeconduct.localhost:18400/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_only_the_desk_and_the_portal_are_returned_to(story: Story, address: str) -> None:
    pages = Open(story.vault, story.configuration.faces["open"])
    with pytest.raises(ReturnError):
        pages.return_address(address)
    good = f"{story.configuration.faces['portal'].origin}/r/1?a=b"
    assert pages.return_address(good) == good
