"""Why a package does not wait for the customer's days: a name from the list, and words."""

from django import forms

from safeconduct.rooms.government_requests.rules.waiting import REASON_NAMES


class WaitingForm(forms.Form):
    """Counsel's named exception."""

    reason = forms.ChoiceField(
        label="Why nobody waits",
        choices=[(one.value, words) for one, words in REASON_NAMES.items()],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="In words", max_length=4000, widget=forms.Textarea(attrs={"class": "input", "rows": 3})
    )
