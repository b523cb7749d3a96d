"""What is typed to end a customer's records: the day the customer asked, and the id once more."""

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.rooms.government_requests.forms.fields import DayField


class ErasureForm(forms.Form):
    """The wish, and the id typed by hand, so that nobody ends the records beside the ones they mean."""

    asked = DayField(label="Day on which the customer asked", help_text="Such as 11 6 2026.")
    again = forms.CharField(
        label="The customer's id, typed once more",
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, customer: str, **options: object) -> None:
        """Take the id that must be typed."""
        super().__init__(*args, **options)  # type: ignore[arg-type] # what every form takes
        self._customer = customer

    def clean_again(self) -> str:
        """Return the id; raises ``ValidationError`` for another one."""
        typed = str(self.cleaned_data["again"]).strip()
        if typed != self._customer:
            raise ValidationError("This is not the id of the customer of this page.")
        return typed
