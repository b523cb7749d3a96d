"""The form by which several matters change hands together."""

from django import forms

from safeconduct.rooms.government_requests.forms.assignment import NOBODY
from safeconduct.rooms.government_requests.queries.parties import Choices


class HandTogetherForm(forms.Form):
    """Which matters of one colleague, to whom, and why."""

    to = forms.ChoiceField(label="Give them to", widget=forms.Select(attrs={"class": "input"}))
    reason = forms.CharField(
        label="Reason",
        help_text="Such as leave, and until when. It is sealed with each matter.",
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )
    matters = forms.MultipleChoiceField(
        label="Matters", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one."}
    )

    def __init__(self, *args: object, people: Choices, matters: Choices, **options: object) -> None:
        """Offer ``people`` and nobody, and the ``matters`` of the colleague."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        self.fields["to"].choices = [*people, (NOBODY, "Nobody: back to the queue")]  # type: ignore[attr-defined] # a ChoiceField, by construction
        self.fields["matters"].choices = matters  # type: ignore[attr-defined] # the same
