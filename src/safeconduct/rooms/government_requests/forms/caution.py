"""Forms of the page of caution: what went wrong, and whom to tell."""

from django import forms

from safeconduct.rooms.government_requests.forms.silence import AgencyKeyForm
from safeconduct.rooms.government_requests.rules.incidents import CAUSE_NAMES


class IncidentForm(forms.Form):
    """What went wrong."""

    cause = forms.ChoiceField(
        label="What went wrong",
        choices=[(one.value, name) for one, name in CAUSE_NAMES.items()],
        widget=forms.RadioSelect,
    )


class ControllerForm(AgencyKeyForm):
    """The customer whose records they are, and its key where none is known."""

    customer = forms.ChoiceField(label="Customer")

    def __init__(self, *args: object, customers: tuple[tuple[str, str], ...] = (), **options: object) -> None:
        """Offer the customers of the matter's scopes."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["customer"].choices = list(customers)  # type: ignore[attr-defined] # a ChoiceField, by construction
