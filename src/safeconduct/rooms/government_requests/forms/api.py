"""How long a token lives."""

from django import forms

from safeconduct.rooms.government_requests.rules.api import LONGEST


class TokenForm(forms.Form):
    """Make a token."""

    days = forms.IntegerField(
        label="It lives for so many days",
        min_value=1,
        max_value=LONGEST.days,
        initial=30,
        help_text="At most 90. It ends at once when you or your agency are suspended.",
        widget=forms.NumberInput(attrs={"class": "input date"}),
    )
