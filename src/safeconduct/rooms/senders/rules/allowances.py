"""How much one address or one officer may send in a day, and how long things last.

1. A stranger's form is answered in the same way whatever is known here, also when a limit was reached (T13).
2. Limits count by UTC day. An address is kept as a keyed digest of the day, never as it is (GDPR art. 5(1)(c)).
3. An officer's limit of papers is far above a day's work and stops a program that has run away; the page then names the
   other ways to serve us, since a paper that is refused here has not been refused in law.
4. A code is told in a call, ends within the hour, serves once, and is forgotten after five wrong tries
   (NIST SP 800-63B, look-up secrets and rate limiting).
"""

from datetime import timedelta
from enum import StrEnum


class What(StrEnum):
    """What is counted."""

    REGISTRATION = "registration"
    FINISH = "finish"
    PAPER = "paper"
    ONE_TIME = "one_time"
    AGENCY_SIGN_ON = "agency_sign_on"


MOST = {What.REGISTRATION: 5, What.FINISH: 10, What.PAPER: 50, What.ONE_TIME: 40, What.AGENCY_SIGN_ON: 400}
"""How often in a day, for each address or officer. A whole agency signs on from one address."""

MOST_FROM_EVERYWHERE = {What.REGISTRATION: 200, What.FINISH: 400, What.ONE_TIME: 4000, What.AGENCY_SIGN_ON: 4000}
"""How often in a day from all addresses together."""

EVERYWHERE = "everywhere"
CODE_LASTS = timedelta(hours=1)
CODE_TRIES = 5
REGISTRATION_LASTS = timedelta(days=30)
OFFICER_LASTS = timedelta(days=365)
KEPT = timedelta(days=30)
"""How long a day's counts are kept."""

MOST_COLLEAGUES = 5
"""How many colleagues an officer may have named who are not yet enrolled or refused."""
