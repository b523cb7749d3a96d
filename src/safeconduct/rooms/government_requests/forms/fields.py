"""A day typed as day, month and year, and a file that must be a PDF."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

PDF_MAGIC = b"%PDF-"


class DayWidget(forms.MultiWidget):
    """Three small inputs in one group."""

    template_name = "government_requests/parts/day.html"
    use_fieldset = True

    def __init__(self) -> None:
        """Make the three inputs."""
        plain = {"inputmode": "numeric", "class": "input date", "autocomplete": "off"}
        super().__init__(widgets={part: forms.TextInput(attrs=plain) for part in ("day", "month", "year")})

    def decompress(self, value: date | None) -> list[int | None]:
        """Return the three parts of a date."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class DayField(forms.MultiValueField):
    """A date; empty only where the field is optional."""

    widget = DayWidget

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - what every form field takes
        """Take three whole numbers."""
        parts = tuple(forms.IntegerField(required=False, min_value=1) for _ in range(3))
        super().__init__(fields=parts, require_all_fields=False, **options)

    def compress(self, data_list: list[int | None]) -> date | None:
        """Return the date, or None if nothing was typed; raises ``ValidationError`` for no such day."""
        if not any(data_list):
            return None
        day, month, year = (*data_list, None, None, None)[:3]
        try:
            return date(year or 0, month or 0, day or 0)
        except ValueError:
            raise ValidationError("Type a day that exists, such as 11 6 2026.") from None


class PdfField(forms.FileField):
    """An upload that begins as a PDF does; nothing parses it here."""

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401 - what Django hands over
        """Return the upload; raises ``ValidationError`` unless it begins as a PDF does."""
        found = super().clean(data, initial)
        if found:
            if not found.read(len(PDF_MAGIC)).startswith(PDF_MAGIC):
                raise ValidationError("Choose a PDF.")
            found.seek(0)
        return found
