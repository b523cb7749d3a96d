"""The complete verbs of this room. Each leaves one entry."""

from safeconduct.rooms.senders.actions.agency_sign_on import (
    Bound,
    Proven,
    bind_agency_identity,
    finish_with_agency,
    sign_in_with_agency,
)
from safeconduct.rooms.senders.actions.calling import (
    Called,
    Confirmed,
    call_anew,
    confirm_call,
    record_call,
    refuse_registration,
)
from safeconduct.rooms.senders.actions.directory import (
    DirectoryMoved,
    FoundNumber,
    confirm_number,
    propose_number,
    retire_number,
)
from safeconduct.rooms.senders.actions.one_time import (
    CodeMade,
    confirm_code,
    finish_with_code,
    make_code,
    sign_in_with_code,
)
from safeconduct.rooms.senders.actions.registering import (
    Registered,
    Registrant,
    finish_registration,
    lapse_registration,
    name_colleague,
    register,
)
from safeconduct.rooms.senders.actions.standing import Stood, ask_restore, restore, suspend, tell_vault

__all__ = [
    "Bound",
    "Called",
    "CodeMade",
    "Confirmed",
    "DirectoryMoved",
    "FoundNumber",
    "Proven",
    "Registered",
    "Registrant",
    "Stood",
    "ask_restore",
    "bind_agency_identity",
    "call_anew",
    "confirm_call",
    "confirm_code",
    "confirm_number",
    "finish_registration",
    "finish_with_agency",
    "finish_with_code",
    "lapse_registration",
    "make_code",
    "name_colleague",
    "propose_number",
    "record_call",
    "refuse_registration",
    "register",
    "restore",
    "retire_number",
    "sign_in_with_agency",
    "sign_in_with_code",
    "suspend",
    "tell_vault",
]
