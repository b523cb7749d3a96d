"""The instance that stories use: a real vault process beside the database, and names through it."""

import pytest
from django.test import RequestFactory
from tests.conftest import Instance

from safeconduct.rooms.vault import queries, steps
from safeconduct.site.names import names_of


def test_a_name_goes_into_the_vault_and_comes_back_once_for_each_request(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert instance.path.exists()
    place = steps.put_name(name="Aline Tarn")
    request = RequestFactory().get("/")
    assert names_of(request, [place]) == {place: "Aline Tarn"}
    monkeypatch.setattr(queries, "directory_names", lambda **_: pytest.fail("asked twice"))
    assert names_of(request, [place])[place] == "Aline Tarn"
