"""What the notice page shows beside the notice: prohibitions with their forms, what stands elsewhere, who is told."""

from typing import Any

from django import forms
from django.http import HttpRequest

from safeconduct.rooms.government_requests.forms.silence import AgencyKeyForm, ExtensionForm, FoundForm, ProhibitForm
from safeconduct.rooms.government_requests.queries.access import find_matter
from safeconduct.rooms.government_requests.queries.silence import (
    ProhibitionLine,
    elsewhere_shown,
    prohibitions,
    telling,
)
from safeconduct.rooms.government_requests.rules.permissions import Permission
from safeconduct.rooms.government_requests.views import edge


def notice_facts(request: HttpRequest, matter: str) -> dict[str, Any]:
    """Return what the page shows; other matters' references only to counsel, and only those counsel may know of."""
    actor = edge.actor_of(request)
    row = find_matter(actor=actor, matter=matter)
    lines = prohibitions(actor=actor, matter=matter)
    return {
        "prohibitions": [_with_forms(one, place) for place, one in enumerate(lines)],
        "elsewhere": elsewhere_shown(actor=actor, row=row) if Permission.DETERMINE in actor.permissions else (),
        "telling": telling(row=row, now=edge.now_of(request)),
        "prohibit_form": ProhibitForm(auto_id="prohibit-%s"),
    }


def _with_forms(one: ProhibitionLine, place: int) -> tuple[ProhibitionLine, dict[str, forms.Form]]:
    """Return a prohibition with forms of its own: no two fields of a page have one name."""
    own = {
        "found": FoundForm(auto_id=f"found{place}-%s"),
        "extend": ExtensionForm(auto_id=f"extend{place}-%s"),
        "warn": AgencyKeyForm(auto_id=f"warn{place}-%s"),
        "court": AgencyKeyForm(auto_id=f"court{place}-%s"),
    }
    return one, own
