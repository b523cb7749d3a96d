"""What the desk's pages of reports accept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.rooms.transparency.actions import WHY_LENGTH

MOST_BAND_BYTES = 16 * 1024


class BuildForm(forms.Form):
    """Why a published report is counted again; a first count needs no reason and has no such field."""

    use_required_attribute = False  # what is missing is told by the page itself, in one place and in its own words

    why = forms.CharField(
        label="What changed, and why",
        help_text="One or two sentences. They stand in the new version for everybody to read, so name nobody.",
        max_length=WHY_LENGTH,
        error_messages={"required": "Say what changed, and why."},
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )

    def __init__(self, *given: Any, restates: bool, **options: Any) -> None:  # noqa: ANN401 - what every form takes
        """Leave the field out where nothing is restated."""
        super().__init__(*given, **options)
        if not restates:
            del self.fields["why"]


class PublishForm(forms.Form):
    """The enclave's band statement, or the word of a person that there is none: never neither, never both."""

    band = forms.FileField(
        required=False,
        label="Band statement",
        help_text="The signed note that the enclave made for today, and nothing else. Without one, tick the box below.",
        widget=forms.ClearableFileInput(attrs={"class": "input"}),
    )
    without = forms.BooleanField(required=False, label="Publish without a statement on national security process")

    def clean_band(self) -> str:
        """Return the note's text; an empty text if no file was chosen."""
        found = self.cleaned_data["band"]
        if not found:
            return ""
        if found.size > MOST_BAND_BYTES:
            raise ValidationError("This is too long to be a band statement.")
        try:
            return str(found.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise ValidationError("This is no text. Choose the note as the enclave wrote it.") from None

    def clean(self) -> dict[str, Any]:
        """Refuse neither and both."""
        given = dict(super().clean() or {})
        if "band" in given and bool(given["band"]) == bool(given.get("without")):
            both = "Choose the file or the box, not both."
            neither = "Choose the enclave's note, or say that this report has none."
            self.add_error("band", both if given["band"] else neither)
        return given
