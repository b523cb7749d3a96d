"""Makes the table of ``docs/performance.md`` from the lines that the benchmarks printed."""

import json
import sys
from pathlib import Path

HEAD = "| measurement | ratio | target | holds | against |\n|---|---|---|---|---|"


def row(line: dict[str, object]) -> str:
    """Return one measurement as a row."""
    holds = "yes" if line["holds"] else "**no**"
    return f"| `{line['name']}` | {line['ratio']} | {line['target']} | {holds} | {line['peer']} |"


def main(paths: list[str]) -> int:
    """Print the table and the versions that took part."""
    lines = [json.loads(text) for path in paths for text in Path(path).read_text("utf-8").splitlines() if text]
    print("\n".join([HEAD, *(row(line) for line in lines)]))
    took_part = sorted({f"{name} {number}" for line in lines for name, number in line["versions"].items()})
    print(f"\nVersions: {', '.join(took_part)}.")
    return 0 if lines else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
