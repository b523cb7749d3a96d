"""A matter's row: what somebody else wrote is shown as text, and rows that look alike share no more than shapes."""

from dataclasses import replace

from safeconduct.rooms.government_requests.queries.clocks import Clock
from safeconduct.rooms.government_requests.queries.queue_rows import Mark, QueueRow
from safeconduct.site.templatetags.matters import matter_row

HOSTILE = "<script>'\"&</script>"
SHOWN = "&lt;script&gt;&#x27;&quot;&amp;&lt;/script&gt;"
ROW = QueueRow(
    id="a" * 32,
    reference="GR-2026-0001",
    clock=Clock(words="Wed 24 June", under="3 working days", tone="", at=None),
    group="Later",
    paper="Subpoena",
    silenced=False,
    organisation="Calder County",
    asks="1 number",
    asks_under="Subscriber, 20 days",
    marks=(Mark(kind="issuer", mark="met", word="met"), Mark(kind="law", mark="not_met", word="not met")),
    marks_words="2 of 5 found, 1 not met",
    state="in_review",
    state_name="In review",
    chip="",
    icon="ring",
    holder="Aline Tarn",
)


def test_every_text_of_a_row_is_shown_as_text() -> None:
    clock = Clock(words=HOSTILE, under=HOSTILE, tone=HOSTILE, at=None)
    texts = ("reference", "paper", "organisation", "asks", "asks_under", "marks_words", "state_name", "chip", "holder")
    marks = (Mark(kind=HOSTILE, mark="met", word=HOSTILE),)
    drawn = matter_row(replace(ROW, id="/" + HOSTILE, clock=clock, marks=marks, **dict.fromkeys(texts, HOSTILE)))  # type: ignore[arg-type] # texts all
    assert "<script" not in drawn
    assert drawn.count(SHOWN) == len(texts) + 3 + 2
    assert 'href="/matters/%2F%3Cscript%3E' in drawn


def test_rows_that_look_alike_keep_their_own_names_and_silence() -> None:
    other = replace(ROW, id="b" * 32, organisation="Port of Ness", holder="Bo Lind", silenced=True)
    first, second = matter_row(ROW), matter_row(other)
    assert "Calder County" in first
    assert "Silence" not in first
    assert "Port of Ness" in second
    assert "Silence" in second
    assert "Calder County" not in second
    assert 'aria-label="issuer: met, law: not met"' in second
    assert f'href="/matters/{"b" * 32}"' in second


def test_a_clock_that_is_near_or_past_has_its_shape() -> None:
    drawn = {tone: matter_row(replace(ROW, clock=replace(ROW.clock, tone=tone))) for tone in ("", "soon", "late")}
    assert '<span class="clock"><strong>' in drawn[""]
    assert '<span class="soon"><svg' in drawn["soon"]
    assert '<span class="late"><svg' in drawn["late"]
    assert drawn["soon"] != drawn["late"]
