"""Lists as CSV, so that no spreadsheet takes somebody else's text for a formula (T11)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value: Any) -> Any:  # noqa: ANN401 - a cell is of any type
    """Return a text with a mark before what a spreadsheet would compute; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value[:1] in FORMULA else value


def csv_answer(*, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """Return rows as a CSV file (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows({column: plain_cell(row[column]) for column in columns} for row in rows)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
