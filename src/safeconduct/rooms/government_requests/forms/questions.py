"""The portal's form as questions, one a page: which fields stand on which, and what was typed so far.

Nothing of an unsent form is kept here: each page carries the answers given so far in hidden fields, and the paper
itself is chosen on the last one. What the pages send together is what one long form would send.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from safeconduct.rooms.government_requests.forms.paper import ITEMS

CHECK, ATTACH = "check", "attach"
"""The pages after the questions: look at the answers, then attach the paper and send."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One page of the form: its address' word, its heading, its fields and whether they stand as items."""

    id: str
    asks: str
    fields: tuple[str, ...]
    hint: str = ""
    items: bool = False


ITEM_FIELDS = tuple(f"{part}_{number}" for number in range(1, ITEMS + 1) for part in ("words", "page", "kinds"))
QUESTIONS = (
    Question(id="kind", asks="What kind of paper is it?", fields=("process",)),
    Question(id="company", asks="Which company is it for?", fields=("entity", "entity_named", "names_entity")),
    Question(id="issuer", asks="Who signed it?", fields=("issuer", "issuer_name", "governmental")),
    Question(id="place", asks="Where is the authority?", fields=("country", "region", "court")),
    Question(id="dates", asks="When was it signed, and under which number?", fields=("dated", "case_number")),
    Question(
        id="marks",
        asks="What stands on it?",
        fields=("signed", "judge_named", "sealed_by_court", "recites"),
        hint="Tick only what the paper itself shows.",
    ),
    Question(id="law", asks="Which law does it cite?", fields=("statute",)),
    Question(
        id="whom",
        asks="Whose records does it ask for?",
        fields=("selectors",),
        hint="Nothing here tells whether an account exists.",
    ),
    Question(
        id="records",
        asks="What does it ask for?",
        fields=ITEM_FIELDS,
        hint="Each numbered thing that the paper asks for, in its own words.",
        items=True,
    ),
    Question(
        id="period",
        asks="For which days?",
        fields=("first", "last", "zone", "period_as_stated", "attachment_first", "attachment_last"),
    ),
    Question(id="attachments", asks="What is attached to it?", fields=("attachments_named", "attachments_served")),
    Question(
        id="answer",
        asks="When is an answer wanted?",
        fields=("reply_by", "reply_days", "execute_from", "execute_by"),
    ),
    Question(
        id="silence",
        asks="Must we keep it from the customer?",
        fields=("asks_silence", "order_signed", "order_dated", "order_until"),
        hint="An order of nondisclosure is attached on the last page.",
    ),
)
ATTACHED = ("file", "pages", "targets", "order", "order_pages")
"""What is asked for on the last page."""
PLACES = (*(one.id for one in QUESTIONS), CHECK, ATTACH)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One line of the page that shows all answers."""

    label: str
    words: str
    errors: tuple[str, ...]


def question(place: str) -> Question | None:
    """Return the question of a page, or None for the pages after the questions."""
    return next((one for one in QUESTIONS if one.id == place), None)


def beside(place: str, step: int) -> str:
    """Return the page that is ``step`` pages further, within the first and the last."""
    at = PLACES.index(place) + step
    return PLACES[max(0, min(at, len(PLACES) - 1))]


def typed_so_far(form: forms.Form, posted: QueryDict) -> dict[str, Any]:
    """Return what was typed as the first values of a form that nobody has checked yet."""
    found = {}
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            continue
        value = field.widget.value_from_datadict(posted, {}, name)
        if value not in (None, "", []):
            found[name] = value
    return found


def carried(form: forms.Form, posted: QueryDict, *, shown: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the answers of every other page, as the hidden fields that carry them."""
    names = {name for name in form.fields if name not in shown}
    return [
        (sent, value)
        for name in form.fields
        if name in names and not isinstance(form.fields[name], forms.FileField)
        for sent in _sent_as(form, name)
        for value in posted.getlist(sent)
        if value
    ]


def wrong_at(form: forms.Form) -> str:
    """Return the first page on which something is wrong, or the last page where nothing is."""
    bad = set(form.errors)
    return next((one.id for one in QUESTIONS if bad & set(one.fields)), ATTACH)


def answers(form: forms.Form) -> Iterator[tuple[Question, tuple[Answered, ...]]]:
    """Yield each question with what was answered, in words; what was left empty is left out."""
    for one in QUESTIONS:
        lines = [_answered(form, name) for name in one.fields if name in form.fields]
        yield one, tuple(line for line in lines if line.words or line.errors)


def _answered(form: forms.Form, name: str) -> Answered:
    bound = form[name]
    errors = tuple(str(error) for error in form.errors.get(name, ()))
    return Answered(label=str(bound.label), words=_words(form.fields[name], bound.value(), form, name), errors=errors)


def _words(field: forms.Field, value: Any, form: forms.Form, name: str) -> str:  # noqa: ANN401 - any field's value
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    if isinstance(field, forms.MultiValueField):
        day = form.cleaned_data.get(name)
        return date_format(day, "j F Y") if day else " ".join(str(part) for part in value or () if part)
    if isinstance(field, forms.ChoiceField):
        chosen = set(value) if isinstance(value, list) else {value}
        offered: Any = field.choices
        return ", ".join(str(label) for key, label in offered if key in chosen)
    return str(value or "")


def _sent_as(form: forms.Form, name: str) -> list[str]:
    widget = form.fields[name].widget
    if isinstance(widget, forms.MultiWidget):
        return [f"{name}{suffix}" for suffix in getattr(widget, "widgets_names", ())]
    return [name]
