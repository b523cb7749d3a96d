"""Officers' one-time codes in the vault process: told once, used once, stopped and ended by wrong ones."""

from base64 import b32decode
from collections import Counter
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from tests import soaking
from tests.vaultd.story import Story

from safeconduct.core.base.errors import SafeconductError
from safeconduct.core.conduct.one_time_codes import STEP_SECONDS, code_of, step_at
from safeconduct.vaultd.one_time_codes import ENDS_AFTER, STOPPED_FOR, STOPS_AFTER

ACCOUNT = "7" * 32
STOP = int(STOPPED_FOR.total_seconds())


def make(story: Story, key: str, account: str = ACCOUNT) -> bytes:
    told = story.act(
        "make_code", "senders.make_code", subject=key, facts={"account": account}, key=key, account=account
    )
    return b32decode(told["secret"])


def here(story: Story) -> int:
    return step_at(story.vault.clock.now())


def check(story: Story, key: str, code: str) -> bool:
    return bool(story.call("check_code", key=key, code=code)["serves"])


def wait(story: Story, seconds: int) -> None:
    story.wall[0] += seconds
    story.elapsed[0] += seconds


def wrong(story: Story, secret: bytes) -> str:
    near = {code_of(secret, here(story) + offset) for offset in (-1, 0, 1)}
    return next(one for one in ("000000", "000001", "000002", "000003") if one not in near)


def test_a_secret_is_told_once_and_never_in_clear_at_rest(story: Story) -> None:
    secret = make(story, "a" * 32)
    assert check(story, "a" * 32, code_of(secret, here(story)))
    kept = story.vault.store.all("SELECT * FROM one_time_code")
    assert all(secret not in bytes(row["secret_sealed"]) for row in kept)
    assert len(secret) == 20


def test_without_its_entry_nothing_is_made(story: Story) -> None:
    with pytest.raises(SafeconductError):
        story.act("make_code", "senders.confirm_code", subject="a" * 32, key="a" * 32, account=ACCOUNT)
    with pytest.raises(SafeconductError):
        story.act(
            "make_code",
            "senders.make_code",
            subject="a" * 32,
            facts={"account": "8" * 32},
            key="a" * 32,
            account=ACCOUNT,
        )


def test_a_code_serves_once(story: Story) -> None:
    secret = make(story, "a" * 32)
    code = code_of(secret, here(story))
    assert check(story, "a" * 32, code)
    assert not check(story, "a" * 32, f"{code[:3]} {code[3:]}")
    wait(story, STEP_SECONDS)
    assert not check(story, "a" * 32, code)


def test_wrong_codes_stop_it_and_then_end_it(story: Story) -> None:
    secret = make(story, "a" * 32)
    for _ in range(STOPS_AFTER):
        assert not check(story, "a" * 32, wrong(story, secret))
    assert not check(story, "a" * 32, code_of(secret, here(story)))
    wait(story, STOP + STEP_SECONDS)
    assert check(story, "a" * 32, code_of(secret, here(story)))
    for number in range(1, ENDS_AFTER + 1):
        assert not check(story, "a" * 32, wrong(story, secret))
        if number % STOPS_AFTER == 0:
            wait(story, STOP + STEP_SECONDS)
    wait(story, 10 * STOP)
    assert not check(story, "a" * 32, code_of(secret, here(story)))


def test_a_newer_secret_of_the_account_ends_the_older(story: Story) -> None:
    older, newer = make(story, "a" * 32), make(story, "b" * 32)
    assert not check(story, "a" * 32, code_of(older, here(story)))
    assert check(story, "b" * 32, code_of(newer, here(story)))


def test_an_unknown_key_is_answered_like_a_wrong_code(story: Story) -> None:
    secret = make(story, "a" * 32)
    unknown = story.call("check_code", key="0" * 32, code=code_of(bytes(20), here(story)))
    assert unknown == story.call("check_code", key="a" * 32, code=wrong(story, secret))


def test_the_store_itself_takes_no_step_back(story: Story) -> None:
    secret = make(story, "a" * 32)
    assert check(story, "a" * 32, code_of(secret, here(story)))
    with pytest.raises(Exception, match="used step"):
        story.vault.store.run("UPDATE one_time_code SET last_step = -1")


class Histories(RuleBasedStateMachine):
    """Codes right, wrong and used before, with time between; a model counts apart from the store."""

    story: ClassVar[Story]
    number: ClassVar[int] = 0
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        Histories.number += 1
        self.key = f"{Histories.number:032x}"
        self.secret = make(self.story, self.key, self.key)
        self.last, self.wrong, self.stopped, self.ended = -1, 0, 0.0, False

    def _expected(self, step: int | None) -> bool:
        now = self.story.vault.clock.now().timestamp()
        if self.ended or now < self.stopped:
            self.reached["shut"] += 1
            return False
        if step is not None and step > self.last and abs(step - here(self.story)) <= 1:
            self.last, self.wrong, self.stopped = step, 0, 0.0
            self.reached["served"] += 1
            return True
        self.wrong += 1
        self.reached["wrong"] += 1
        if self.wrong % STOPS_AFTER == 0:
            self.stopped = now + STOP
        self.ended = self.wrong >= ENDS_AFTER
        return False

    @rule(offset=st.integers(-2, 2))
    def right(self, offset: int) -> None:
        step = here(self.story) + offset
        assert check(self.story, self.key, code_of(self.secret, step)) is self._expected(step)

    @rule(times=st.integers(1, 2))
    def guess(self, times: int) -> None:
        for _ in range(times):
            assert check(self.story, self.key, wrong(self.story, self.secret)) is self._expected(None)

    @rule(seconds=st.sampled_from([30, 60, STOP, STOP + 30]))
    def wait(self, seconds: int) -> None:
        wait(self.story, seconds)


def test_random_histories_of_codes(story: Story) -> None:
    Histories.story, Histories.reached = story, Counter()
    chosen = settings(
        max_examples=soaking.count(25, 1000),
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seed(soaking.seed("one-time codes"))(Histories)
    run_state_machine_as_test(Histories, settings=chosen)
    soaking.report("one-time codes", **Histories.reached)
    assert min(Histories.reached[one] for one in ("served", "wrong", "shut")) > 0


def test_control_a_store_that_forgets_the_used_step_is_noticed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    real = story.vault.opened.codes._store.run

    def forgets(sql: str, values: tuple[object, ...] = ()) -> None:
        if "SET last_step" not in sql:
            real(sql, values)

    monkeypatch.setattr(story.vault.opened.codes._store, "run", forgets)
    with pytest.raises(AssertionError):
        test_a_code_serves_once(story)
