"""The complete verbs of this room: build, discard and publish a report; state a band from the enclave."""

from safeconduct.rooms.transparency.actions.band_statements import BAND, BandStated, WrongInstanceError, state_band
from safeconduct.rooms.transparency.actions.building import BUILD, WHY_LENGTH, Built, Discarded, build, discard
from safeconduct.rooms.transparency.actions.publishing import PUBLISH, Published, publish, resume

__all__ = [
    "BAND",
    "BUILD",
    "PUBLISH",
    "WHY_LENGTH",
    "BandStated",
    "Built",
    "Discarded",
    "Published",
    "WrongInstanceError",
    "build",
    "discard",
    "publish",
    "resume",
    "state_band",
]
