"""The form of a handover."""

from django import forms

from safeconduct.rooms.government_requests.queries.parties import Choices

NOBODY = "nobody"


class HandoverForm(forms.Form):
    """Who is to have the matter, and why."""

    to = forms.ChoiceField(label="Give it to", widget=forms.Select(attrs={"class": "input"}))
    reason = forms.CharField(
        label="Reason",
        help_text="Needed where somebody has it. It is sealed with the matter.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, *args: object, people: Choices, held: bool, **options: object) -> None:
        """Offer ``people``, and nobody where somebody has the matter."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # handed through as Django calls it
        choices = [*people, *([(NOBODY, "Nobody: back to the queue")] if held else [])]
        self.fields["to"].choices = choices  # type: ignore[attr-defined] # a ChoiceField, by construction
        self.fields["reason"].required = held
