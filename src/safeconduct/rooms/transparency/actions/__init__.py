"""The complete verbs of this room: build, discard and publish a report; state a band from the enclave."""

from safeconduct.rooms.transparency.actions.build import BUILD, Built, Discarded, build, discard
from safeconduct.rooms.transparency.actions.publish import PUBLISH, Published, publish, resume
from safeconduct.rooms.transparency.actions.state_band import BAND, BandStated, WrongInstanceError, state_band

__all__ = [
    "BAND",
    "BUILD",
    "PUBLISH",
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
