"""bench-reading: precision and recall of what reading proposes, field by field, on generated papers with ground truth.

The papers are generated (``reading_corpus.py``) and go through the same child as an upload. Right is a proposal whose
field, kind and value are those of the truth; a second reading of an ambiguous day counts as wrong. The targets are the
floor under which a change is a step back; they are no promise about papers that come in.
"""

import sys
import time
import unicodedata
from dataclasses import dataclass

from measure import Lines, arguments, median, spread, versions
from reading_corpus import Sample, Truth, Writer

from safeconduct.core.base.upload_limits import UploadLimits
from safeconduct.core.reading.proposals import Field
from safeconduct.vaultd.rendering.extracting import Extracting, Reading

PAPERS, TINY, SEED = 240, 6, 20261123
PEER = "ground truth of a generated corpus"
TARGETS = {
    Field.KIND: (0.97, 0.97),
    Field.ISSUER: (0.9, 0.9),
    Field.COURT: (0.95, 0.95),
    Field.DOCKET: (0.97, 0.97),
    Field.STATUTE: (0.95, 0.95),
    Field.ISSUED: (0.8, 0.97),
    Field.DEADLINE: (0.93, 0.97),
    Field.EXECUTION: (0.8, 0.95),
    Field.WINDOW: (0.8, 0.9),
    Field.IDENTIFIER: (0.95, 0.97),
    Field.CATEGORY: (0.95, 0.8),
    Field.SILENCE: (0.95, 0.7),
    Field.CONTACT: (0.95, 0.95),
}
"""Precision and recall below which a change is a step back."""


@dataclass
class Score:
    """How many were right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Return the share of proposals that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Return the share of the truth that was proposed."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def plain(value: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return a value as it is compared: a name's letters count, its capitals and spaces do not."""
    name, kind, text = value
    text = "" if name == "kind" else unicodedata.normalize("NFKC", " ".join(text.split()))
    return name, kind, text.casefold() if name in ("issuer", "court", "docket", "statute") else text


def proposed(reading: Reading) -> Truth:
    """Return the different proposals of one paper."""
    return {plain((one.field.value, one.kind, one.value)) for one in reading.proposals}


def score(samples: list[Sample], reader: Extracting) -> tuple[dict[Field, Score], list[float]]:
    """Read every paper and count field by field; return the seconds of each too."""
    scores = {one: Score() for one in Field}
    seconds = []
    for sample in samples:
        begun = time.perf_counter()
        found = proposed(reader.read(sample.pdf))
        seconds.append(time.perf_counter() - begun)
        truth = {plain(one) for one in sample.truth}
        for name, kept in scores.items():
            said, stands = ({one for one in part if one[0] == name.value} for part in (found, truth))
            kept.right += len(said & stands)
            kept.wrong += len(said - stands)
            kept.missed += len(stands - said)
    return scores, seconds


def main() -> int:
    """Measure and return the exit code."""
    given = arguments("precision and recall of reading, per field, on a generated corpus")
    writer = Writer(SEED)
    samples = [writer.sample(number) for number in range(TINY if given.tiny else PAPERS)]
    scores, seconds = score(samples, Extracting(UploadLimits()))
    lines = Lines(versions("pypdfium2", "typst", "phonenumbers"))
    for name, kept in scores.items():
        counts = {"papers": len(samples), "right": kept.right, "wrong": kept.wrong, "missed": kept.missed}
        told = {"seed": SEED, "generated": True, **counts}
        precision, recall = (0.0, 0.0) if given.tiny else TARGETS[name]
        lines.at_least(f"reading {name.value}: precision", kept.precision, precision, peer=PEER, **told)
        lines.at_least(f"reading {name.value}: recall", kept.recall, recall, peer=PEER, **told)
    told = {"papers": len(samples), "seconds": spread(seconds, 3)}
    lines.at_most("reading: seconds for a paper", median(seconds), 5, peer="a person's patience", **told)
    return lines.end()


if __name__ == "__main__":
    sys.exit(main())
