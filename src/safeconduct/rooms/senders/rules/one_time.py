"""One-time codes of officers whose agency cannot use passkeys: a lower assurance, with extra checks.

1. A code key is made when the officer finishes their registration with the code of our call, and at no other time. Who
   loses it registers again and is called back again (NIST SP 800-63B, section 6.2.3).
2. It counts once a code of it has served, within the hour. A newer one of the same address takes its place.
3. Five wrong codes in a row stop it for a quarter of an hour, twenty end it; a used step serves no second time. The
   vault process counts, where the web's database cannot reach (SECURITY T17).
4. Unknown address, wrong code, stopped, ended, suspended: one answer (T13). Tries are limited by address and by day.
5. Extra checks. A session that began with a code files papers and sees how far they are; it fetches no package, answers
   and withdraws nothing, names no colleague and makes no token (``rooms.people.rules``, rule 14).
6. Extra checks. A paper filed in such a session counts as one of an unverified sender until two people have called the
   agency back about it, on a number of our own directory; until then letters name no fault and copy nothing.
7. A package opens only to the officer's own age key, which two people enrol; a code is no key.
"""

from datetime import timedelta

from safeconduct.core.base.lifecycle import Lifecycle

ONE_TIME_KEY = Lifecycle(
    name="one-time key",
    initial="made",
    table={("made", "confirm"): "active", ("made", "end"): "ended", ("active", "end"): "ended"},
)
CONFIRM_WITHIN = timedelta(hours=1)


def one_address(typed: str) -> str:
    """Return an address in the form in which it is indexed: addresses that differ only in case are one."""
    return typed.strip().casefold()


def app_address(*, secret: str, company: str, reference: str) -> str:
    """Return the ``otpauth`` address that an authenticator app on the same device opens; it holds no name."""
    issuer = "".join(one if one.isalnum() else "-" for one in company)
    return f"otpauth://totp/{issuer}:{reference}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
