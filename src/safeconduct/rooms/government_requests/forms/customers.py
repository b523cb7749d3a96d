"""What is typed about a customer: a mark of protection, a legal contact, what verified it."""

from django import forms

from safeconduct.rooms.government_requests.rules.customers import AGREEMENT_NAMES, LANGUAGES, PROTECTION_NAMES


class MarkForm(forms.Form):
    """Why a customer is protected."""

    kind = forms.ChoiceField(label="Protected as", choices=sorted(PROTECTION_NAMES.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        max_length=180,
        help_text="How we know, such as the register in which the customer stands.",
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class ContactForm(forms.Form):
    """A legal contact that the customer named."""

    name = forms.CharField(label="Name or office", max_length=180, widget=forms.TextInput(attrs={"class": "input"}))
    address = forms.CharField(
        label="Address",
        max_length=180,
        help_text="Where our notices reach this person.",
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    language = forms.ChoiceField(label="Language of the notices", choices=tuple(LANGUAGES.items()))
    recipient = forms.RegexField(
        r"\Aage1[0-9a-z]{50,4000}\Z",
        label="Public key",
        help_text="It begins with age1.",
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class VerifyForm(forms.Form):
    """What the contact was compared with."""

    agreement = forms.ChoiceField(
        label="Compared with",
        choices=[(one.value, words) for one, words in AGREEMENT_NAMES.items()],
        widget=forms.RadioSelect,
    )
