"""Both verifiers agree on random reports, receipts and corruptions of them, also on what the issuer signed wrongly."""

import json
import random
import shutil
from pathlib import Path

from tests import soaking
from tests.conformance.random_reports import HARMFUL, SOUND, random_receipt, random_report
from tests.conformance.second_verifier import Comparison, accepts, files_of, second_verifier, text_of
from tests.core.verification.samples import TRUST

from safeconduct.core.verification.report_check import check_counted_receipt, check_report_folder, is_receipt
from safeconduct.core.verification.results import VerificationError

TRUST_TEXT = text_of(TRUST.data)


def all_good(folder: Path, files: dict[str, bytes]) -> bool:
    """Return our verdict on a report with these files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return all(part.ok for part in check_report_folder("report", folder, TRUST))


def takes_receipt(value: dict[str, object]) -> bool:
    """Return our verdict on a receipt."""

    def check() -> None:
        if not is_receipt(value):
            raise VerificationError("It is no receipt.")
        check_counted_receipt("receipt", "receipt.json", value, TRUST)

    return accepts(check)


def test_both_agree_on_random_reports_and_corruptions(tmp_path: Path) -> None:
    rng = random.Random(soaking.seed("second-reports"))  # noqa: S311 - repeatable tests
    wanted = soaking.count(300, 10_000)
    with second_verifier() as second:
        comparison = Comparison(second)
        while comparison.count < wanted:
            report = random_report(rng)
            change = rng.choice(SOUND if rng.random() < 0.55 else HARMFUL)
            files = change(report, rng).files()
            case = {"check": "report", "trust": TRUST_TEXT, "files": files_of(files)}
            comparison.add(change.__name__, case, ours=all_good(tmp_path / "report", files))
            if report.leaves:
                value = random_receipt(report, rng)
                case = {"check": "receipt", "trust": TRUST_TEXT, "data": text_of(json.dumps(value).encode())}
                comparison.add("receipt", case, ours=takes_receipt(value))
        comparison.check()
    told = {"cases": comparison.count, "accepted": comparison.accepted.total(), "refused": comparison.refused.total()}
    soaking.report("second-reports", **told)
    assert comparison.accepted["receipt"] > 0 < comparison.refused["receipt"]
    for never in ("flip", "missing", "unnamed", "forged", "series_in_table"):
        assert comparison.accepted[never] == 0, never
