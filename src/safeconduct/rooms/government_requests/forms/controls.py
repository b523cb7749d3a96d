"""Forms of the page of internal controls."""

from django import forms

from safeconduct.rooms.government_requests.rules.fakes import Door

DOOR_NAMES = {Door.MAIL: "By mail, at an instant that is drawn", Door.HAND: "By hand: you carry the paper in"}


class PlanForm(forms.Form):
    """How a fake is to come in."""

    door = forms.ChoiceField(
        label="How it comes in",
        choices=[(one.value, name) for one, name in DOOR_NAMES.items()],
        widget=forms.RadioSelect,
    )
