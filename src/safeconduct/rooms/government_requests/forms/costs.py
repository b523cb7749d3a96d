"""What is typed for an invoice, and for a records custodian who is called to court."""

from datetime import datetime
from decimal import Decimal

from django import forms

from safeconduct.core.base.periods import zone
from safeconduct.rooms.government_requests.forms.fields import DayField
from safeconduct.rooms.government_requests.forms.review import KeyForm
from safeconduct.rooms.government_requests.rules.costs import CENTS, CostItem, Work
from safeconduct.rooms.government_requests.rules.words import CATEGORY_NAMES, Category

LINES = 3
MOST = 10_000_000


def _short() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "input date"})


class InvoiceForm(KeyForm):
    """Up to three lines; one that names no amount is left out."""

    court_allowed = forms.BooleanField(
        label="A court allowed costs for toll records or listings, 18 U.S.C. 2706(c)", required=False
    )

    def __init__(self, *args: object, **options: object) -> None:
        """Make the lines."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        records = [(one.value, CATEGORY_NAMES[one]) for one in Category]
        for place in range(1, LINES + 1):
            needed = place == 1
            self.fields[f"work_{place}"] = forms.ChoiceField(
                label=f"Line {place}: work", choices=[(one.value, one.capitalize()) for one in Work]
            )
            self.fields[f"category_{place}"] = forms.ChoiceField(label=f"Line {place}: records", choices=records)
            self.fields[f"minutes_{place}"] = forms.IntegerField(
                label=f"Line {place}: minutes", min_value=1, required=needed, widget=_short()
            )
            self.fields[f"amount_{place}"] = forms.DecimalField(
                label=f"Line {place}: amount in dollars",
                min_value=Decimal("0.01"),
                max_value=MOST,
                decimal_places=2,
                required=needed,
                widget=_short(),
            )

    def items(self) -> tuple[CostItem, ...]:
        """Return the lines that were filled in."""
        given = self.cleaned_data
        return tuple(
            CostItem(
                work=Work(given[f"work_{place}"]),
                category=Category(given[f"category_{place}"]),
                minutes=given[f"minutes_{place}"] or 0,
                cents=int(given[f"amount_{place}"] * CENTS),
            )
            for place in range(1, LINES + 1)
            if given.get(f"amount_{place}")
        )


class TestimonyForm(forms.Form):
    """Who is called, for which day, by which court."""

    person = forms.ChoiceField(label="Records custodian")
    hearing = DayField(label="Day of the hearing")
    time = forms.TimeField(
        label="Time",
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"class": "input date", "autocomplete": "off"}, format="%H:%M"),
        help_text="Hours and minutes, in the time zone of the matter.",
    )
    words = forms.CharField(
        label="Court and paper", max_length=10000, widget=forms.Textarea(attrs={"class": "input", "rows": 2})
    )

    def __init__(self, *args: object, people: tuple[tuple[str, str], ...] = (), **options: object) -> None:
        """Offer ``people`` as custodians."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["person"].choices = list(people)  # type: ignore[attr-defined] # a ChoiceField, by construction

    def instant(self, zone_name: str) -> datetime:
        """Return when the hearing is."""
        return datetime.combine(self.cleaned_data["hearing"], self.cleaned_data["time"], tzinfo=zone(zone_name))
