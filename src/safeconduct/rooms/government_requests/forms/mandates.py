"""What is typed to give outside counsel a mandate, and to comment."""

from datetime import UTC, datetime

from django import forms

from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.forms.fields import DayField


class MandateForm(forms.Form):
    """Who, and until which day and time."""

    person = forms.ChoiceField(label="Outside counsel")
    until = DayField(label="Ends on", help_text="Day, month and year.")
    time = forms.TimeField(
        label="At",
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"class": "input date", "autocomplete": "off"}, format="%H:%M"),
        help_text="Hours and minutes, in the time zone of the matter.",
    )

    def __init__(self, *args: object, people: tuple[tuple[str, str], ...] = (), **options: object) -> None:
        """Offer ``people``."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined] # a ChoiceField, by construction

    def instant(self, zone_name: str) -> datetime:
        """Return when the mandate ends."""
        given = self.cleaned_data
        return datetime.combine(given["until"], given["time"], tzinfo=zone(zone_name)).astimezone(UTC)


class CommentForm(forms.Form):
    """A comment on the matter."""

    words = forms.CharField(
        label="Comment", max_length=10000, widget=forms.Textarea(attrs={"class": "input", "rows": 3})
    )


class AdviceForm(forms.Form):
    """Advice for the privileged compartment."""

    words = forms.CharField(
        label="Advice",
        max_length=10000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
        help_text="Sealed for counsel alone: no export, package or history names it.",
    )
