"""A list of identifiers: counts by kind, folded lines, a heading, and wrong lines by their number."""

import pytest

from safeconduct.rooms.government_requests.rules.targets import (
    MOST_SELECTORS,
    Targets,
    TargetsError,
    read_targets,
    require_targets,
)


def _read(*cells: tuple[str, ...]) -> Targets:
    return read_targets(enumerate(cells, start=1))


def test_kinds_duplicates_and_a_heading() -> None:
    found = _read(
        ("Number", "Remark"),
        ("+12025550143", "first"),
        ("row 3", "(202) 555-0143"),
        ("X@Example.com",),
        ("x@example.com",),
        ("192.0.2.7",),
    )
    assert [one.value for one in found.selectors] == ["+12025550143", "x@example.com", "192.0.2.7"]
    assert (found.folded, found.heading, found.wrong) == (2, True, ())
    assert dict(found.counts) == {"telephone numbers": 1, "e-mail addresses": 1, "internet addresses": 1}
    require_targets(found)


def test_wrong_lines_are_named_and_the_list_is_not_taken() -> None:
    found = _read(("+12025550143",), ("somebody else",), ("+12025550144",), ("@",))
    assert [(one.line, one.words) for one in found.wrong] == [(2, "somebody else"), (4, "@")]
    with pytest.raises(TargetsError, match="line 2, 4"):
        require_targets(found)
    assert not _read(("heading one",), ("heading two",), ("+12025550143",)).heading
    with pytest.raises(TargetsError):
        require_targets(_read())


def test_no_more_than_a_paper_names() -> None:
    many = _read(*((f"a{place}@example.com",) for place in range(MOST_SELECTORS)))
    require_targets(many)
    with pytest.raises(TargetsError, match="20,000 at most"):
        require_targets(many, typed=1)
