"""What a person who has signed reads: what they did, what it still needs, and what happens next."""

from safeconduct.core.conduct.approvals import QUORUMS
from safeconduct.core.conduct.bodies import Body
from safeconduct.vaultd.faces import words
from safeconduct.vaultd.faces.html import Html, fill

SIGNED = """<div class="after" id="signed" role="status"><p><b>$done</b> $following</p>
<div class="acts">$change<a class="btn" href="/">What else waits for you</a></div></div>"""
DONE = {"open": "You have signed this.", "approved": "You have signed this, and so has everybody it needs."}
NEXT = {
    "safe-conduct": "Next, on the desk: whoever works on the matter collects. The vault opens these records once and "
    "seals them in a package, and a second reader finds its release here.",
    "release": "Next, on the desk: whoever works on the matter releases the package. Its officers are then told where "
    "to fetch it.",
    "letter": "Next, on the desk: whoever works on the matter sends the letter.",
    "holder": "Next, on the desk: the key is entered. From then on a safe-conduct may name this officer.",
    "roster": "Next, on the desk: the change is entered. It counts from then on.",
}
OVER = {
    "applied": "It was carried out.",
    "declined": "Somebody declined it since, so it is void. A changed one needs new signatures.",
    "revoked": "It was revoked since, and opens nothing.",
    "expired": "It has ended, and opens nothing more.",
}


def after_signing(*, body: Body, state: str, signed: int, change: Html) -> Html:
    """Return what a signer of ``body`` reads once theirs is one of ``signed`` approvals, in the body's ``state``."""
    done = DONE.get(state, "You signed this.")
    return fill(SIGNED, done=done, following=_following(body, state, signed), change=change)


def _following(body: Body, state: str, signed: int) -> str:
    if state == "approved":
        return NEXT[body.kind]
    if state != "open":
        return OVER[state]
    quorum = QUORUMS[body.kind]
    missing = quorum.persons - signed
    if missing < 1:
        return "A signature no longer counts, so one more is needed."
    roles = " or ".join(sorted(words.ROLES[str(role)] for role in quorum.roles))
    return (
        f"It still needs {words.number(missing, 'signature')}, by another person: {roles}, "
        "neither the one who asked for it nor anybody it concerns."
    )
