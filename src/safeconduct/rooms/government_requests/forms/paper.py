"""The fields of a paper, as an analyst at the desk or an officer in the portal types them."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.core.base.periods import PeriodError, Window, window_of_days, zone
from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.forms.fields import DayField, PaperField
from safeconduct.rooms.government_requests.forms.targets import LIST_HELP, TargetsField
from safeconduct.rooms.government_requests.rules.identifiers import read_identifier
from safeconduct.rooms.government_requests.rules.paper import Item, Paper, Selector, SilenceOrder
from safeconduct.rooms.government_requests.rules.targets import TargetsError, require_targets
from safeconduct.rooms.government_requests.rules.words import (
    CATEGORY_NAMES,
    PROCESS_NAMES,
    Category,
    CourtKind,
    Issuer,
    Process,
)

ITEMS = 6
PAGE_BREAK = "\f"
NAME_MOST = 255
FILE_HELP = "A PDF, a scan as PNG, JPEG or TIFF, or a ZIP archive of these. At most 32 MB. It is sealed as it is."
RECITALS = (
    ("probable_cause", "Probable cause"),
    ("articulable_facts", "Specific and articulable facts"),
    ("danger", "Danger of death or serious physical injury"),
    ("national_security_certificate", "Certificate of relevance to national security"),
    ("judicial_review", "Notice of judicial review"),
    ("customer_unsuitable", "Why the customer cannot be asked instead"),
)
COURTS = {
    CourtKind.NOT_STATED: "Not stated, or no court",
    CourtKind.FEDERAL_DISTRICT: "Federal district court",
    CourtKind.FEDERAL_APPEALS: "Federal court of appeals",
    CourtKind.STATE_GENERAL: "State court of general criminal jurisdiction",
    CourtKind.STATE_LIMITED: "State court of limited jurisdiction",
    CourtKind.MUNICIPAL: "Municipal court",
    CourtKind.CIVIL: "Civil court",
    CourtKind.MILITARY: "Military court",
    CourtKind.FOREIGN: "Court of another country",
}


def _issuer_name(issuer: Issuer) -> str:
    return "FBI" if issuer is Issuer.FBI else issuer.value.replace("_", " ").capitalize()


class PaperForm(forms.Form):
    """What the paper says, in the order in which papers say it."""

    error_css_class = "bad"

    process = forms.ChoiceField(label="Kind of paper", choices=[(one.value, PROCESS_NAMES[one]) for one in Process])
    file = PaperField(label="The paper", help_text=FILE_HELP)
    pages = forms.IntegerField(label="Number of pages", min_value=1, max_value=10_000)
    issuer = forms.ChoiceField(label="Signed by", choices=[(one.value, _issuer_name(one)) for one in Issuer])
    issuer_name = forms.CharField(label="Name of the court or agency", max_length=200)
    country = forms.CharField(
        label="Country of the authority", max_length=2, min_length=2, help_text="Two letters, such as US."
    )
    region = forms.RegexField(
        r"\A[A-Za-z0-9]{1,3}\Z",
        label="State of the authority",
        required=False,
        help_text="Its holidays count. Such as TX.",
    )
    court = forms.ChoiceField(
        label="Kind of court", choices=[(one.value, words) for one, words in COURTS.items()], required=False
    )
    statute = forms.CharField(
        label="Statute or rule it cites", max_length=200, required=False, help_text="As it stands in the paper."
    )
    entity_named = forms.CharField(
        label="Company's name in the paper", max_length=200, required=False, help_text="As it stands in the paper."
    )
    case_number = forms.CharField(label="The authority's own number", max_length=80, required=False)
    governmental = forms.BooleanField(label="The sender is a governmental entity", required=False)
    signed = forms.BooleanField(label="It is signed", required=False)
    judge_named = forms.BooleanField(label="A judge is named", required=False)
    sealed_by_court = forms.BooleanField(label="It bears a court's seal or stamp", required=False)
    names_entity = forms.BooleanField(label="It names the served company", required=False)
    dated = DayField(label="Date of the paper", required=False)
    reply_by = DayField(label="Answer wanted by", required=False, help_text="Leave empty if the paper names no day.")
    reply_days = forms.IntegerField(label="Or days from service", required=False, min_value=1, max_value=365)
    execute_from = DayField(label="May be executed from", required=False)
    execute_by = DayField(label="May be executed until", required=False)
    attachments_named = forms.IntegerField(label="Attachments it names", required=False, min_value=0, max_value=99)
    attachments_served = forms.IntegerField(label="Attachments served", required=False, min_value=0, max_value=99)
    recites = forms.MultipleChoiceField(
        label="It states", choices=RECITALS, required=False, widget=forms.CheckboxSelectMultiple
    )
    selectors = forms.CharField(
        label="Numbers, addresses or accounts sought",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="One on each line, in full, such as +12025550143.",
    )
    targets = TargetsField(label="A list of identifiers", required=False, help_text=LIST_HELP)
    first = DayField(label="First day asked for", required=False)
    last = DayField(label="Last day asked for", required=False)
    period_as_stated = forms.BooleanField(
        label="The paper's own period lacks a day, or runs backwards: keep it as it stands", required=False
    )
    attachment_first = DayField(label="First day that the attachment states", required=False)
    attachment_last = DayField(label="Last day that the attachment states", required=False)
    zone = forms.CharField(label="Time zone of those days", initial="America/New_York")
    asks_silence = forms.BooleanField(label="The paper itself asks us not to tell the customer", required=False)
    order = PaperField(label="Nondisclosure order", required=False)
    order_pages = forms.IntegerField(label="Pages of the order", min_value=1, required=False)
    order_signed = forms.BooleanField(label="The order is signed by a court", required=False)
    order_dated = DayField(label="Date of the order", required=False)
    order_until = DayField(label="Silence until", required=False)
    transcript = forms.CharField(
        label="The words of the paper",
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        help_text="Typed in the paper's order. A line with three dashes begins the next page.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Add the rows for the things asked for."""
        super().__init__(*args, **options)
        choices = [(one.value, CATEGORY_NAMES[one]) for one in Category]
        for number in range(1, ITEMS + 1):
            words = forms.CharField(
                label=f"Item {number}, its words",
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            page = forms.IntegerField(label=f"Item {number}, page", min_value=1, required=False)
            kinds = forms.MultipleChoiceField(
                label=f"Item {number}, records meant",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields |= {f"words_{number}": words, f"page_{number}": page, f"kinds_{number}": kinds}
        for field in self.fields.values():
            if isinstance(field.widget, forms.TextInput | forms.Textarea | forms.NumberInput):
                field.widget.attrs.setdefault("class", "input")

    def clean_country(self) -> str:
        """Return the country in capitals."""
        return str(self.cleaned_data["country"]).upper()

    def clean_zone(self) -> str:
        """Return the zone if there is one of that name."""
        name = str(self.cleaned_data["zone"])
        try:
            zone(name)
        except PeriodError as error:
            raise ValidationError(error.detail) from error
        return name

    def clean(self) -> dict[str, Any]:
        """Check what fields say of each other."""
        found: dict[str, Any] = super().clean() or {}
        if not found.get("period_as_stated"):
            self._check_period("first", "last")
        self._check_period("attachment_first", "attachment_last")
        if found.get("order") and not found.get("order_pages"):
            self.add_error("order_pages", "State how many pages the order has.")
        self._check_targets(found)
        return found

    def _check_targets(self, found: dict[str, Any]) -> None:
        listed = found.get("targets")
        if listed is not None:
            typed = sum(bool(line.strip()) for line in str(found.get("selectors") or "").splitlines())
            try:
                require_targets(listed, typed=typed)
            except TargetsError as error:
                self.add_error("targets", f"{error.message} {error.cure}")

    def _check_period(self, first_name: str, last_name: str) -> None:
        first, last = self.cleaned_data.get(first_name), self.cleaned_data.get(last_name)
        if (first is None) != (last is None):
            self.add_error(last_name, "State both the first and the last day, or neither.")
        elif first and last and last < first:
            self.add_error(last_name, "The last day is before the first.")

    def paper(self) -> Paper:
        """Return the frozen facts; call after ``is_valid``."""
        said = self.cleaned_data
        lines = [line for line in said["selectors"].splitlines() if line.strip()]
        named = dict.fromkeys(read_identifier(line) for line in lines)
        if listed := said.get("targets"):
            named |= dict.fromkeys((one.kind, one.value) for one in listed.selectors)
        silence = None
        if said["order"]:
            silence = SilenceOrder(
                issuer=Issuer.COURT if said["order_signed"] else Issuer(said["issuer"]),
                signed=said["order_signed"],
                dated=said["order_dated"],
                until=said["order_until"],
            )
        return Paper(
            process=Process(said["process"]),
            issuer=Issuer(said["issuer"]),
            issuer_name=said["issuer_name"],
            country=said["country"],
            governmental=said["governmental"],
            signed=said["signed"],
            sealed_by_court=said["sealed_by_court"],
            judge_named=said["judge_named"],
            dated=said["dated"],
            names_entity=said["names_entity"],
            reply_by=said["reply_by"],
            reply_days=said["reply_days"],
            selectors=tuple(Selector(kind=kind, value=value) for kind, value in named),
            items=tuple(self._items()),
            window=_window(said["first"], said["last"], said["zone"]),
            zone=said["zone"],
            recites=frozenset(said["recites"]),
            silence=silence,
            asks_silence=said["asks_silence"],
            case_number=said["case_number"],
            **self._later(),
        )

    def _later(self) -> dict[str, Any]:
        said = self.cleaned_data
        window = _window(said["first"], said["last"], said["zone"])
        return {
            "court": CourtKind(said["court"] or CourtKind.NOT_STATED),
            "region": said["region"].upper(),
            "statute": said["statute"],
            "entity_named": said["entity_named"],
            "execute_from": said["execute_from"],
            "execute_by": said["execute_by"],
            "attachments_named": said["attachments_named"] or 0,
            "attachments_served": said["attachments_served"] or 0,
            "first_day": None if window else said["first"],
            "last_day": None if window else said["last"],
            "attachment_window": _window(said["attachment_first"], said["attachment_last"], said["zone"]),
        }

    def _items(self) -> list[Item]:
        said = self.cleaned_data
        return [
            Item(
                number=number,
                page=said[f"page_{number}"] or 1,
                words=said[f"words_{number}"].strip(),
                categories=tuple(sorted(Category(one) for one in said[f"kinds_{number}"])),
            )
            for number in range(1, ITEMS + 1)
            if said[f"words_{number}"].strip()
        ]

    def uploads(self) -> tuple[Upload, ...]:
        """Return the files as they came; call after ``is_valid``."""
        said = self.cleaned_data
        found = [upload_of(said["file"], pages=said["pages"])]
        if said["order"]:
            found.append(upload_of(said["order"], pages=said["order_pages"], role="nondisclosure_order"))
        return tuple(found)

    def transcript_pages(self) -> tuple[str, ...]:
        """Return the typed words, page by page."""
        return split_pages(self.cleaned_data["transcript"])


def _window(first: date | None, last: date | None, zone_name: str) -> Window | None:
    """Return the period of two days that make one; the others are kept as days."""
    return window_of_days(first, last, zone_name) if first and last and first <= last else None


def upload_of(file: Any, *, pages: int, role: str = "process") -> Upload:  # noqa: ANN401 - what the field hands over
    """Return an upload that a form took, its name cut to what a file may be called."""
    name, declared = file.name, file.content_type or ""
    if len(name) > NAME_MOST:
        stem, dot, ending = name.rpartition(".")
        name = stem[: NAME_MOST - len(ending) - 1] + dot + ending
    return Upload(name=name, data=file.read(), pages=pages, role=role, declared=declared)


def split_pages(text: str) -> tuple[str, ...]:
    """Return the pages of a transcript that a person separated by lines of three dashes."""
    if not text.strip():
        return ()
    pages: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").replace(PAGE_BREAK, "\n---\n").split("\n"):
        if line.strip() == "---":
            pages.append([])
        else:
            pages[-1].append(line)
    return tuple("\n".join(page).strip() for page in pages)
