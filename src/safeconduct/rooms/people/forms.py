"""What the sign-in pages accept."""

import json
from typing import Any

from django import forms

from safeconduct.rooms.people.rules import REASONS

MOST_ASSERTION = 16 * 1024


class AccountForm(forms.Form):
    """The account chosen on the demonstration's sign-in page."""

    account = forms.RegexField(r"^[0-9a-f]{32}$")


class AssertionForm(forms.Form):
    """The passkey's answer, as the page's script posts it."""

    assertion = forms.CharField(max_length=MOST_ASSERTION)

    def clean_assertion(self) -> dict[str, Any]:
        """Return the parsed answer."""
        try:
            found = json.loads(self.cleaned_data["assertion"])
        except ValueError as error:
            raise forms.ValidationError("The passkey's answer cannot be read.") from error
        if not isinstance(found, dict):
            raise forms.ValidationError("The passkey's answer cannot be read.")
        return found


class AlarmForm(forms.Form):
    """The answer to an alarm."""

    reason = forms.ChoiceField(choices=list(REASONS.items()))
