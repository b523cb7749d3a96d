"""What an officer typed, as a file that they keep, so that a paper can be sent again without typing it again.

It is the officer's own copy. We keep none: what was sent lies sealed, and no page of a face can open it.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from safeconduct.core.base.errors import BadInputError

KIND, VERSION = "safeconduct/typed", 1
MOST_BYTES = 256 * 1024
MOST_VALUES = 400


class TypedCopyError(BadInputError):
    """The file is not a copy of what was typed here."""

    code = "SC-TYPED-COPY"
    cure = "Choose the file that the button Keep a copy gave you, unchanged; or type the fields."


def parts_of(form: forms.Form) -> frozenset[str]:
    """Return the names under which a browser sends the form's own fields, files and hidden ones left out."""
    names: set[str] = set()
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            continue
        if isinstance(field.widget, forms.MultiWidget):
            names |= {f"{name}{suffix}" for suffix in getattr(field.widget, "widgets_names", ())}
        else:
            names.add(name)
    return frozenset(names)


def copy_of(form: forms.Form, posted: QueryDict) -> bytes:
    """Return what was typed into ``form``, as a file."""
    fields = {name: posted.getlist(name) for name in sorted(parts_of(form)) if any(posted.getlist(name))}
    return (json.dumps({"kind": KIND, "version": VERSION, "fields": fields}, indent=2) + "\n").encode()


def posted_from(form: forms.Form, data: bytes) -> QueryDict:
    """Return what ``form`` would have been sent, from a copy; raises ``TypedCopyError``, also for an unknown field."""
    try:
        value = json.loads(data) if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError) as error:
        raise TypedCopyError from error
    if not isinstance(value, dict) or (value.get("kind"), value.get("version")) != (KIND, VERSION):
        raise TypedCopyError
    fields = value.get("fields")
    if not isinstance(fields, dict) or set(fields) - parts_of(form) or not _plain(fields):
        raise TypedCopyError
    given = QueryDict(mutable=True)
    for name, values in fields.items():
        given.setlist(name, values)
    return given


def _plain(fields: Mapping[str, Any]) -> bool:
    lists = list(fields.values())
    values = [one for values in lists if isinstance(values, list) for one in values]
    return (
        all(isinstance(one, list) for one in lists)
        and len(values) <= MOST_VALUES
        and all(isinstance(one, str) for one in values)
    )
