"""The room's tables. None holds a name, a selector, a paper's words or a file name: ids, codes, dates, digests."""

from safeconduct.rooms.government_requests.models.alarm import DueAlarm
from safeconduct.rooms.government_requests.models.disclosure import Addressee, Consent, Journey, Letter
from safeconduct.rooms.government_requests.models.matter import BlindIndex, Document, Matter
from safeconduct.rooms.government_requests.models.review import CallBack, Check, Determination, FindingRecord, Question

__all__ = [
    "Addressee",
    "BlindIndex",
    "CallBack",
    "Check",
    "Consent",
    "Determination",
    "Document",
    "DueAlarm",
    "FindingRecord",
    "Journey",
    "Letter",
    "Matter",
    "Question",
]
