"""A day typed as day, month and year, and a file that passes the gate."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeconduct.core.uploads.errors import UploadRefusedError
from safeconduct.core.uploads.gate import examine
from safeconduct.rooms.government_requests.queries.place import configuration


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


class PaperField(forms.FileField):
    """An upload that the gate takes: its content, its name and what it was declared as say the same."""

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401 - what Django hands over
        """Return the upload; raises ``ValidationError`` with what the gate refused, and what to do instead."""
        try:
            refuse_what_did_not_arrive(data)
            found = super().clean(data, initial)
            if found:
                content = found.read()
                found.seek(0)
                limits = configuration().uploads
                examine(content, name=found.name, declared=found.content_type or "", limits=limits)
        except UploadRefusedError as error:
            raise ValidationError(f"{error.message} {error.cure} ({error.code})", code=error.code) from error
        return found


def refuse_what_did_not_arrive(data: object) -> None:
    """Raise what stopped the upload on its way in: its size, or how many there were."""
    refusal = getattr(data, "refusal", None)
    if isinstance(refusal, UploadRefusedError):
        raise refusal
