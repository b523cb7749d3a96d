"""Forms of the notice page about prohibitions: entering one, extending one, counsel's finding."""

from typing import Any

from django import forms

from safeconduct.rooms.government_requests.actions import Upload
from safeconduct.rooms.government_requests.forms.fields import DayField, PaperField
from safeconduct.rooms.government_requests.rules.silence import (
    EVENT_NAMES,
    SOURCE_NAMES,
    Circle,
    EndingEvent,
    Source,
    Term,
    Terms,
)

COUNTRY = r"^[A-Z]{2}(-[A-Z]{2})?$"


def _pages() -> forms.IntegerField:
    return forms.IntegerField(label="Pages", min_value=1, widget=forms.NumberInput(attrs={"class": "input date"}))


class ProhibitForm(forms.Form):
    """A prohibition: what it rests on, how long, who may be told although it stands."""

    order = PaperField(label="The order or law, as a PDF")
    pages = _pages()
    source = forms.ChoiceField(
        label="What it rests on",
        choices=[(one.value, name) for one, name in SOURCE_NAMES.items() if one is not Source.REQUEST],
        initial=Source.COURT_ORDER,
        required=False,
    )
    jurisdiction = forms.RegexField(
        COUNTRY,
        label="Country, or country and State",
        help_text="Such as US, US-CA or GB. What counsel has not signed is held until counsel answers.",
        initial="US",
        required=False,
        widget=forms.TextInput(attrs={"class": "input date", "autocomplete": "off"}),
    )
    until = DayField(label="Silence until, this day included", required=False)
    event = forms.ChoiceField(
        label="Or until",
        choices=[("", "No event is named"), *((one.value, name) for one, name in EVENT_NAMES.items())],
        required=False,
    )
    circle = forms.MultipleChoiceField(
        label="Who may be told all the same",
        choices=[(one.value, one.value.replace("_", " ").capitalize()) for one in Circle],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ExtensionForm(forms.Form):
    """A later paper and its later day."""

    order = PaperField(label="The later order")
    pages = _pages()
    until = DayField(label="Silence until, this day included")


class FoundForm(forms.Form):
    """Counsel's finding about a held prohibition."""

    binds = forms.ChoiceField(
        label="Your finding", choices=(("yes", "It binds us"), ("no", "It binds nobody")), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Reason", max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "class": "input"})
    )


class AgencyKeyForm(forms.Form):
    """The agency's key, where none is known yet."""

    recipient = forms.RegexField(
        r"^age1[0-9a-z]{50,4000}$",
        label="The addressee's public key",
        help_text="Only where nothing was sealed to them before; it begins with age1.",
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


def order_of(given: dict[str, Any]) -> Upload:
    """Return the uploaded order of a form."""
    file = given["order"]
    return Upload(
        name=file.name,
        data=file.read(),
        pages=given["pages"],
        role="nondisclosure_order",
        declared=file.content_type or "",
    )


def terms_of(given: dict[str, Any]) -> Terms:
    """Return what the form says of a prohibition; a day makes it fixed, an event one until then, neither indefinite."""
    event = EndingEvent(given["event"]) if given["event"] else None
    indefinite = Term.EVENT if event else Term.INDEFINITE
    terms = Terms(
        source=Source(given["source"] or Source.COURT_ORDER),
        jurisdiction=given["jurisdiction"] or "US",
        term=Term.FIXED if given["until"] and not event else indefinite,
        until=given["until"],
        event=event,
        circle=frozenset(Circle(one) for one in given["circle"]),
    )
    terms.check()
    return terms
