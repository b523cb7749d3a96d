"""Officers who sign in through their agency's own identity provider: a lower assurance, with extra checks.

1. A provider speaks for one agency, which the configuration names, and for addresses at one domain. What it says of
   anybody else opens nothing, whatever address it names (NIST SP 800-63C, section 5).
2. It opens an account that was bound to its own name for the officer (OpenID Connect Core 1.0, section 5.7: issuer and
   subject, never the address). Nothing is bound, and no account made, because somebody signed in there.
3. An account is bound when the officer finishes their registration with the code of our call, at no other time: the
   call went to the agency for which the provider speaks, and the address is the one that they registered with.
4. A newer binding of the same officer at the provider takes the place of the older one.
5. Whoever is suspended, or whose agency is, stays out (``rooms.people.rules``, rule 9). A provider that is taken out of
   the configuration opens nothing from then on.
6. Extra checks: those of one-time codes, rules 5 to 7 there. The agency's provider can name whom it likes; therefore a
   paper filed so counts as one of an unverified sender until two people have called the agency back about it.
7. What was proven at the provider waits a quarter of an hour, in the browser that proved it, for reference and code.
"""

from datetime import timedelta

from safeconduct.core.base.lifecycle import Lifecycle

AGENCY_IDENTITY = Lifecycle(name="agency identity", initial="bound", table={("bound", "end"): "ended"})
PROVEN_LASTS = timedelta(minutes=15)
