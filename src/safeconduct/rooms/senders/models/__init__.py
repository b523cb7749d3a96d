"""The room's tables."""

from safeconduct.rooms.senders.models.agency_identity import AgencyIdentity
from safeconduct.rooms.senders.models.allowance import Allowance
from safeconduct.rooms.senders.models.directory import DirectoryNumber
from safeconduct.rooms.senders.models.one_time import OneTimeKey
from safeconduct.rooms.senders.models.registration import Registration
from safeconduct.rooms.senders.models.standing import Standing

__all__ = ["AgencyIdentity", "Allowance", "DirectoryNumber", "OneTimeKey", "Registration", "Standing"]
