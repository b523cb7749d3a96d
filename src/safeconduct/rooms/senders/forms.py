"""What the room's pages accept."""

import json
from typing import Any

from django import forms
from django.core.validators import EmailValidator, RegexValidator

from safeconduct.rooms.senders.actions import FoundNumber, Registrant
from safeconduct.rooms.senders.rules.words import REASONS

MOST_ANSWER = 16 * 1024
LONGEST = 200
DAYS = ("%d %m %Y", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d")
COUNTRY = RegexValidator(r"^[A-Z]{2}\Z", "Type the two letters of the country, such as US.")
RECIPIENT = RegexValidator(r"^age1[0-9a-z]{50,90}\Z", "A public key of age begins with age1 and is one line.")
PLAIN = RegexValidator(r"^[^\x00-\x1f\x7f]*\Z", "Type one line.")


def _words(label: str, *, hint: str = "", required: bool = True, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "input", **attributes})
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST, validators=[PLAIN], widget=widget
    )


class ColleagueForm(forms.Form):
    """Who the officer is. There is no field for a telephone number: we call one that we found ourselves."""

    name = _words("Your name", autocomplete="name")
    post = _words("Your rank or post", autocomplete="organization-title")
    mail = forms.CharField(
        label="Your office e-mail address",
        max_length=LONGEST,
        validators=[EmailValidator()],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "email", "inputmode": "email"}),
    )
    recipient = _words(
        "Your public key for age",
        hint="It begins with age1. What we answer is sealed to it. You may also give it to us later.",
        required=False,
        autocomplete="off",
        spellcheck="false",
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Hold the key to its form."""
        super().__init__(*args, **options)
        self.fields["recipient"].validators.append(RECIPIENT)

    def registrant(self, *, agency: str, country: str) -> Registrant:
        """Return what was typed, for an agency."""
        typed = self.cleaned_data
        same = {name: typed[name] for name in ("name", "post", "mail", "recipient")}
        return Registrant(agency=agency, country=country, **same)


class NamedColleagueForm(ColleagueForm):
    """The same, typed by an officer about a colleague."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Speak of the colleague."""
        super().__init__(*args, **options)
        labels = {"name": "Name", "post": "Rank or post", "mail": "Office e-mail address", "recipient": "Public key"}
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs["autocomplete"] = "off"


class RegisterForm(ColleagueForm):
    """A stranger's registration."""

    agency = _words("Your agency or court", autocomplete="organization")
    country = forms.CharField(
        label="Country",
        help_text="Two letters, such as US",
        validators=[COUNTRY],
        max_length=2,
        widget=forms.TextInput(attrs={"class": "input date", "autocomplete": "country"}),
    )
    field_order = ("agency", "country", "name", "post", "mail", "recipient")

    def stranger(self) -> Registrant:
        """Return what was typed."""
        return self.registrant(agency=self.cleaned_data["agency"], country=self.cleaned_data["country"])


class FinishForm(forms.Form):
    """The reference, the code of the call, and the browser's answer with a new passkey."""

    reference = _words("Reference", hint="You got it when you registered", autocomplete="off", spellcheck="false")
    code = _words("Code", hint="We told it to you in our call", autocomplete="off", spellcheck="false")
    made = forms.CharField(max_length=MOST_ANSWER, required=False, widget=forms.HiddenInput)

    def clean_made(self) -> dict[str, Any]:
        """Return the parsed answer of the browser."""
        try:
            found = json.loads(self.cleaned_data["made"] or "{}")
        except ValueError as error:
            raise forms.ValidationError("The passkey's answer cannot be read.") from error
        if not isinstance(found, dict) or not found:
            raise forms.ValidationError("No passkey was made. It needs a browser that can, with JavaScript.")
        return found


class CodeFinishForm(forms.Form):
    """The reference and the code of the call."""

    reference = _words("Reference", hint="You got it when you registered", autocomplete="off", spellcheck="false")
    code = _words("Code", hint="We told it to you in our call", autocomplete="off", spellcheck="false")


class ConfirmForm(forms.Form):
    """A code of the authenticator app."""

    code = _words("Code that your app shows now", inputmode="numeric", autocomplete="one-time-code")


class OneTimeForm(ConfirmForm):
    """The office address and a code."""

    mail = forms.CharField(
        label="Your office e-mail address",
        max_length=LONGEST,
        validators=[PLAIN],
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "username", "inputmode": "email"}),
    )
    field_order = ("mail", "code")


class NumberForm(forms.Form):
    """A number for the directory."""

    name = _words("Agency or court")
    country = forms.CharField(
        label="Country",
        help_text="Two letters, such as US",
        validators=[COUNTRY],
        max_length=2,
        widget=forms.TextInput(attrs={"class": "input date"}),
    )
    governmental = forms.BooleanField(label="It is an agency with governmental power", required=False, initial=True)
    number = _words("Telephone number", hint="With a plus and the country's code", inputmode="tel")
    source = _words("Where you found it", hint="So that a colleague can look it up. Never the request itself.")
    found_on = forms.DateField(
        label="Day on which you found it",
        help_text="Day, month and year, such as 11 6 2026",
        input_formats=DAYS,
        widget=forms.TextInput(attrs={"class": "input date", "inputmode": "text"}),
    )
    organisation = forms.ChoiceField(label="Enrolled here as", required=False)

    def __init__(self, *args: Any, agencies: tuple[tuple[str, str], ...], **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Offer the agencies that are enrolled."""
        super().__init__(*args, **options)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - says to the type checker what stands above
        field.choices = [("", "Not enrolled yet"), *agencies]
        field.widget.attrs["class"] = "input"

    def found(self) -> FoundNumber:
        """Return what was typed."""
        return FoundNumber(**self.cleaned_data)


class CallForm(forms.Form):
    """What came of a call to one of our own numbers."""

    number = forms.RegexField(r"^[0-9a-f]{32}\Z", required=False)
    reached = forms.ChoiceField(choices=(("yes", "Yes"), ("no", "No")))


class SuspendForm(forms.Form):
    """Why somebody is suspended."""

    reason = forms.ChoiceField(label="Reason", choices=list(REASONS.items()))


class RestoreForm(forms.Form):
    """Which number was called before a suspension ends."""

    number = forms.RegexField(r"^[0-9a-f]{32}\Z")
