"""The lifecycles of this room.

1. A directory number counts once a second person has confirmed it; anybody who keeps the directory may retire it.
2. A registration is taken up only by a call that two people made to a number of our own directory; the officer then
   proves by a code, told in that call, that it was they who were called (NIST SP 800-63A, address confirmation).
3. Whoever is suspended is restored by two people, after a new call; one person may always suspend.
"""

from safeconduct.core.base.lifecycle import Lifecycle

NUMBER = Lifecycle(
    name="directory number",
    initial="proposed",
    table={
        ("proposed", "confirm"): "current",
        ("proposed", "retire"): "retired",
        ("current", "retire"): "retired",
    },
)

REGISTRATION = Lifecycle(
    name="registration",
    initial="received",
    table={
        ("received", "call"): "called",
        ("received", "refuse"): "refused",
        ("received", "lapse"): "lapsed",
        ("called", "not_reached"): "received",
        ("called", "confirm"): "called_back",
        ("called", "refuse"): "refused",
        ("called", "lapse"): "lapsed",
        ("called_back", "call_anew"): "received",
        ("called_back", "finish"): "enrolled",
        ("called_back", "refuse"): "refused",
        ("called_back", "lapse"): "lapsed",
    },
)

STANDING = Lifecycle(
    name="standing",
    initial="good",
    table={
        ("good", "suspend"): "suspended",
        ("suspended", "ask_restore"): "restoring",
        ("restoring", "suspend"): "suspended",
        ("restoring", "restore"): "good",
    },
)
