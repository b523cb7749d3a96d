"""What is typed to keep a file for litigation, and to look at that again."""

from datetime import UTC, datetime, time, timedelta

from django import forms

from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.forms.fields import DayField


class ReviewForm(forms.Form):
    """The day on which somebody looks again."""

    review = DayField(label="Look again on")

    def instant(self, zone_name: str) -> datetime:
        """Return the end of the day that was typed, in the matter's zone."""
        day = self.cleaned_data["review"] + timedelta(days=1)
        return datetime.combine(day, time.min, tzinfo=zone(zone_name)).astimezone(UTC)


class LitigationForm(ReviewForm):
    """Why the file is needed, sealed, and the day of review."""

    words = forms.CharField(
        label="Which proceeding, and why the file is needed",
        max_length=10000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )
    field_order = ("words", "review")
