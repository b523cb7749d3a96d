"""What is typed to link two matters, and to end a link."""

from django import forms

from safeconduct.rooms.government_requests.rules.links import LINK_NAMES, LinkKind


class LinkForm(forms.Form):
    """Which other matter, how it belongs to this one, and why."""

    other = forms.CharField(
        label="Reference of the other matter",
        max_length=40,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label="This matter",
        choices=[(one.value, LINK_NAMES[one]) for one in LinkKind],
        widget=forms.Select(attrs={"class": "input"}),
    )
    reason = forms.CharField(
        label="Why",
        help_text="It is sealed with this matter.",
        max_length=1000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )


class UnlinkForm(forms.Form):
    """Why a link ends."""

    link = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why it ends", max_length=1000, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
    )
