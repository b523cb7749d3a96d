"""Committed counts: a receipt leads to the root, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.base.periods import HalfYear
from safeconduct.core.tally.commitments import CommitmentError, check_receipt, commit, receipt, root
from safeconduct.core.tally.counting import Counted, Outcome, Told, tally
from safeconduct.core.tally.published import ReportError, ReportStatement, leaves_jsonl, read_leaves, recount

H1 = HalfYear(2026, 1)
REFUSED = Counted(process="subpoena", country="US", outcome=Outcome.REFUSED, told=Told.NONE_DUE)
LEFT = Counted(process="search_warrant", country="US", outcome=Outcome.AS_ASKED, told=Told.PROHIBITED)


def salts(seed: int):  # noqa: ANN201 - a source of bytes that a failing example can be replayed with
    state = [seed]

    def randomness(count: int) -> bytes:
        state[0] += 1
        return state[0].to_bytes(count, "big")

    return randomness


@given(st.lists(st.sampled_from([REFUSED, LEFT]), min_size=1, max_size=40), st.integers(0, 2**64))
def test_every_receipt_leads_to_the_root_and_the_file_counts_again(found: list[Counted], seed: int) -> None:
    leaves = commit(H1, found, salts(seed))
    top = root(leaves)
    assert sorted(check_receipt(receipt(leaves, place), top) for place in range(len(leaves))) == sorted(found)
    assert recount(H1, read_leaves(leaves_jsonl(leaves))) == tally(H1, found)


def test_equal_requests_do_not_look_alike_and_order_follows_the_hash() -> None:
    leaves = commit(H1, [REFUSED] * 20, salts(1))
    assert len({leaf.data for leaf in leaves}) == 20
    assert [leaf.salt for leaf in leaves] != sorted(leaf.salt for leaf in leaves)


def test_a_forged_receipt_is_refused() -> None:
    leaves = commit(H1, [REFUSED] * 5 + [LEFT], salts(7))
    top = root(leaves)
    good = receipt(leaves, 2)
    check_receipt(good, top)
    other = {**good["opening"], "outcome": "withdrawn"}
    forgeries = [
        {**good, "opening": other},
        {**good, "salt": "00" * 32},
        {**good, "index": 3},
        {**good, "inclusion": good["inclusion"][:-1]},
        {**good, "size": "6"},
        {},
        [],
    ]
    for forged in forgeries:
        with pytest.raises(CommitmentError):
            check_receipt(forged, top)
    with pytest.raises(CommitmentError):
        check_receipt(good, b"\x00" * 32)


def test_leaves_of_another_half_year_are_refused() -> None:
    leaves = commit(HalfYear(2025, 2), [REFUSED], salts(1))
    with pytest.raises(ReportError):
        recount(H1, leaves)


def test_a_statement_survives_its_text_and_holds_nothing_else() -> None:
    made = ReportStatement(
        company="N, Inc.", period=H1, version=2, root=b"\x01" * 32, leaves=3, files={"a.csv": "0" * 64}
    )
    assert ReportStatement.parse(made.text) == made
    for bad in (
        made.text + "more\n",
        made.text.replace("version 2", "version 0"),
        made.text.replace("leaves 3", "leaves 03"),
        "",
    ):
        with pytest.raises(ReportError):
            ReportStatement.parse(bad)
