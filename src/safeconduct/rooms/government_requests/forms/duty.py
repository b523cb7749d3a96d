"""Forms of the roster: who has the duty from when until when, and who takes it over."""

from datetime import datetime
from typing import Any, cast

from django import forms

from safeconduct.core.base.errors import BadInputError
from safeconduct.core.base.periods import to_utc, zone
from safeconduct.rooms.government_requests.forms.fields import DayField
from safeconduct.rooms.government_requests.queries.parties import Choices


def _hour(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        initial="09:00",
        widget=forms.TimeInput(attrs={"class": "input date", "autocomplete": "off"}, format="%H:%M"),
    )


class ToForm(forms.Form):
    """A colleague."""

    to = forms.ChoiceField(label="Colleague", widget=forms.Select(attrs={"class": "input"}))

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:  # noqa: ANN401 - as Django calls it
        """Offer ``people``."""
        super().__init__(*args, **options)
        cast("forms.ChoiceField", self.fields["to"]).choices = list(people)


class DutyForm(ToForm):
    """A duty in the hours of one zone."""

    first = DayField(label="From", help_text="Day, month and year.")
    begins = _hour("At")
    last = DayField(label="Until", help_text="Day, month and year.")
    ends = _hour("At")
    zone = forms.CharField(label="Zone", initial="UTC", max_length=64, help_text="Such as Europe/Berlin.")

    def clean_zone(self) -> str:
        """Return a zone that is known."""
        name = str(self.cleaned_data["zone"])
        try:
            zone(name)
        except (BadInputError, ValueError, KeyError) as error:
            raise forms.ValidationError("There is no such zone.") from error
        return name

    def span(self) -> tuple[datetime, datetime]:
        """Return beginning and end, UTC."""
        given, here = self.cleaned_data, zone(self.cleaned_data["zone"])
        return (
            to_utc(datetime.combine(given["first"], given["begins"], tzinfo=here)),
            to_utc(datetime.combine(given["last"], given["ends"], tzinfo=here)),
        )
