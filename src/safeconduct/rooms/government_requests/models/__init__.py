"""The room's tables. None holds a name, a selector, a paper's words or a file name: ids, codes, dates, digests."""

from safeconduct.rooms.government_requests.models.advice import Advice, DataRole
from safeconduct.rooms.government_requests.models.alarm import DueAlarm
from safeconduct.rooms.government_requests.models.api import ApiSubmission, ApiToken
from safeconduct.rooms.government_requests.models.arrival import Arrival
from safeconduct.rooms.government_requests.models.comment import Comment
from safeconduct.rooms.government_requests.models.contact import Contact
from safeconduct.rooms.government_requests.models.customers import LegalContact, ProtectionMark
from safeconduct.rooms.government_requests.models.deadline import Deadline
from safeconduct.rooms.government_requests.models.disclosure import Addressee, Consent, Journey, Letter
from safeconduct.rooms.government_requests.models.duty import Duty, DutyCall
from safeconduct.rooms.government_requests.models.emergency import ProcessDemand
from safeconduct.rooms.government_requests.models.fakes import ImpostorReport, SeededFake
from safeconduct.rooms.government_requests.models.feed import CalendarFeed
from safeconduct.rooms.government_requests.models.history import HistoryBatch, HistoryIndex, ImportedMatter, RefusedRow
from safeconduct.rooms.government_requests.models.incident import Incident
from safeconduct.rooms.government_requests.models.invoice import Invoice
from safeconduct.rooms.government_requests.models.link import MatterLink, StatedReference
from safeconduct.rooms.government_requests.models.lower_filing import LowerFiling
from safeconduct.rooms.government_requests.models.mail import IncomingMail, MailPart, MailThread, SenderDomain
from safeconduct.rooms.government_requests.models.matter import BlindIndex, Document, Matter
from safeconduct.rooms.government_requests.models.retention import CaseErasure, LitigationKeeping
from safeconduct.rooms.government_requests.models.review import CallBack, Check, Determination, FindingRecord, Question
from safeconduct.rooms.government_requests.models.silence import NoticeClearance, Prohibition
from safeconduct.rooms.government_requests.models.sketch import WordSketch
from safeconduct.rooms.government_requests.models.supplement import Supplement
from safeconduct.rooms.government_requests.models.testimony import Testimony
from safeconduct.rooms.government_requests.models.ticket import TicketCall
from safeconduct.rooms.government_requests.models.waiting import WaitingException

__all__ = [
    "Addressee",
    "Advice",
    "ApiSubmission",
    "ApiToken",
    "Arrival",
    "BlindIndex",
    "CalendarFeed",
    "CallBack",
    "CaseErasure",
    "Check",
    "Comment",
    "Consent",
    "Contact",
    "DataRole",
    "Deadline",
    "Determination",
    "Document",
    "DueAlarm",
    "Duty",
    "DutyCall",
    "FindingRecord",
    "HistoryBatch",
    "HistoryIndex",
    "ImportedMatter",
    "ImpostorReport",
    "Incident",
    "IncomingMail",
    "Invoice",
    "Journey",
    "LegalContact",
    "Letter",
    "LitigationKeeping",
    "LowerFiling",
    "MailPart",
    "MailThread",
    "Matter",
    "MatterLink",
    "NoticeClearance",
    "ProcessDemand",
    "Prohibition",
    "ProtectionMark",
    "Question",
    "RefusedRow",
    "SeededFake",
    "SenderDomain",
    "StatedReference",
    "Supplement",
    "Testimony",
    "TicketCall",
    "WaitingException",
    "WordSketch",
]
