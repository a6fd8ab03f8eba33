"""Holds every pinned package against OSV, the public data base of known vulnerabilities. Run it by `make audit`.

Exit 1 if a vulnerability is known that `audit-ignored.txt` does not excuse, or if the pins cannot be read; 0 if none is
known, or if the data base cannot be had, which is said in one line.
"""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
IGNORED_FILE: Final = FOLDER / "audit-ignored.txt"

TIME_LIMIT: Final = 180
"""Seconds for everything, so that a slow data base cannot hold up whoever waits for the checks."""

ANSWER_TIMEOUT: Final = 10
"""Seconds for one answer of the data base."""

NO_ANSWER: Final = re.compile(r"ConnectionError|Timeout|ServiceError|HTTPError")
"""How pip-audit ends when the data base does not answer, or not as it should."""

IGNORED_LINE: Final = re.compile(r"(?P<id>[A-Z]+-\S+)\s+\d{4}-\d\d-\d\d\s+\S.*")


def main() -> int:
    """Audits, prints what was found, and gives the exit code."""
    command = [
        sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--timeout", str(ANSWER_TIMEOUT),
        "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json", "--desc", "off",
    ]  # fmt: skip
    for pins in sorted(FOLDER.glob("*.txt")):
        if pins != IGNORED_FILE:
            command += ["--requirement", str(pins)]
    for vulnerability in ignored(IGNORED_FILE.read_text()):
        command += ["--ignore-vuln", vulnerability]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT)
        dependencies = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        print(f"Not audited: the data base did not answer everything within {TIME_LIMIT} seconds.")
        return 0
    except json.JSONDecodeError:
        reason = textwrap.shorten(done.stderr.strip().rpartition("\n")[2], 160)
        if NO_ANSWER.search(reason):
            print(f"Not audited: the data base cannot be had ({reason}).")
            return 0
        print(f"The audit failed: {reason}")
        return 1
    return report(dependencies)


def ignored(text: str) -> list[str]:
    """Ids in the list of excused vulnerabilities.

    Raises:
        ValueError: a line is not an id, a date and a reason.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [IGNORED_LINE.fullmatch(line) for line in lines]
    for line, match in zip(lines, found, strict=True):
        if match is None:
            raise ValueError(f"audit-ignored.txt wants an id, a date and a reason in each line. Received: {line}")
    return [match["id"] for match in found if match]


def report(dependencies: list[dict[str, Any]]) -> int:
    """Prints what `pip-audit --format json` says of the packages, and gives the exit code."""
    for dependency in dependencies:
        if "skip_reason" in dependency:
            print(f"{dependency['name']}: not audited: {dependency['skip_reason']}")
        for vulnerability in dependency.get("vulns", ()):
            fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, fixed in {fixed}")
    found = sum(len(dependency.get("vulns", ())) for dependency in dependencies)
    print(f"{len(dependencies)} pinned packages audited: {found or 'no'} known vulnerabilities.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
