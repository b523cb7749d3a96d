"""What a person decides about a mail, and the paper that a mail becomes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.rooms.government_requests.actions.mail import Chosen
from safeconduct.rooms.government_requests.forms.intake import Choices, DeskIntakeForm
from safeconduct.rooms.government_requests.rules.mail import FILING_NAMES, FilingReason


class AttachForm(forms.Form):
    """To which matter a mail belongs."""

    matter = forms.CharField(
        label="Reference of the matter", max_length=40, widget=forms.TextInput(attrs={"class": "input"})
    )


class FileAwayForm(forms.Form):
    """Why a mail is no request to us."""

    reason = forms.ChoiceField(label="Reason", choices=[(one.value, FILING_NAMES[one]) for one in FilingReason])
    words = forms.CharField(
        label="Why, in a sentence",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
        help_text="It is sealed with the mail.",
    )


class MailMatterForm(DeskIntakeForm):
    """A paper whose file came by mail: the files stand sealed already, and one of them is the paper."""

    def __init__(self, *args: Any, files: Choices, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Offer the mail's files in place of uploads."""
        super().__init__(*args, **options)
        none = (("", "None"),)
        fields = dict(self.fields)
        fields["file"] = forms.ChoiceField(label="The paper", choices=files)
        fields["order"] = forms.ChoiceField(label="Nondisclosure order", choices=none + files, required=False)
        # A list comes with the mail's form only as typed lines: the page takes no upload.
        del fields["targets"]
        self.fields = fields

    def clean(self) -> dict[str, Any]:
        """Check also that one file is not two papers."""
        found = super().clean()
        if found.get("order") and found.get("order") == found.get("file"):
            raise ValidationError("The paper and the order are two files of the mail.")
        return found

    def chosen(self) -> tuple[Chosen, ...]:
        """Return the files that were chosen; call after ``is_valid``."""
        said = self.cleaned_data
        found = [Chosen(number=int(said["file"]), pages=said["pages"])]
        if said["order"]:
            found.append(Chosen(number=int(said["order"]), pages=said["order_pages"], role="nondisclosure_order"))
        return tuple(found)
