"""The complete verbs of this room. Each leaves one entry."""

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
    "Called",
    "Confirmed",
    "DirectoryMoved",
    "FoundNumber",
    "Registered",
    "Registrant",
    "Stood",
    "ask_restore",
    "call_anew",
    "confirm_call",
    "confirm_number",
    "finish_registration",
    "lapse_registration",
    "name_colleague",
    "propose_number",
    "record_call",
    "refuse_registration",
    "register",
    "restore",
    "retire_number",
    "suspend",
    "tell_vault",
]
