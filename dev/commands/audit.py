"""`python3 -m dev audit`: known vulnerabilities of the locked packages, from advisory services.

If a service cannot be reached, the audit neither passes nor fails. It is reported as not checked, with the reason.
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dev.base import paths

LOCKS = ("api/requirements.txt", "api/devserver/requirements.txt", "tests/requirements.txt")
_PIP_AUDIT = (".venv/bin/pip-audit", "--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json")
_NPM_AUDIT = ("npm", "audit", "--json", "--package-lock-only", "--prefix", "ui")
_SECONDS = 120


@dataclass
class Finding:
    """The result for one lock. `unchecked` is the reason if some or all of its packages could not be checked."""

    lock: str
    vulnerable: list[str] = field(default_factory=list)
    unchecked: str = ""


def main() -> int:
    """Ask advisory services about the locked packages. Exit code 0: nothing known, 1: vulnerable, 2: not checked."""
    audits: list[Callable[[], Finding]] = [*(lambda lock=lock: python(lock) for lock in LOCKS), npm]
    findings = [audit() for audit in audits]
    for finding in findings:
        for line in finding.vulnerable:
            print(f"{finding.lock}: VULNERABLE: {line}")
        if finding.unchecked:
            print(f"{finding.lock}: not checked: {finding.unchecked}")
        elif not finding.vulnerable:
            print(f"{finding.lock}: checked, no known vulnerabilities")
    if any(finding.vulnerable for finding in findings):
        return 1
    return 2 if any(finding.unchecked for finding in findings) else 0


def python(lock: str) -> Finding:
    output = _run([*_PIP_AUDIT, "--requirement", lock])
    return read_pip(lock, output)


def npm() -> Finding:
    return read_npm("ui/package-lock.json", _run(_NPM_AUDIT))


def read_pip(lock: str, output: str) -> Finding:
    """pip-audit skips packages that the service does not know, and passes the rest."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Finding(lock, unchecked=_last_line(output))
    skipped = [package for package in packages if "skip_reason" in package]
    finding = Finding(lock)
    if skipped or not packages:
        reason = skipped[0]["skip_reason"] if skipped else "no packages"
        finding.unchecked = f"{len(skipped)} of {len(packages)} packages: {reason}"
    for package in packages:
        finding.vulnerable += [
            f"{package['name']} {package['version']}: {known['id']}" for known in package.get("vulns", [])
        ]
    return finding


def read_npm(lock: str, output: str) -> Finding:
    try:
        answer = json.loads(output)
        known = answer["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Finding(lock, unchecked=_last_line(output))
    return Finding(lock, [f"{name}: {entry['severity']}" for name, entry in known.items()])


def _run(command: Sequence[str]) -> str:
    """The program's output. Its exit code is the same for a vulnerability and for a service that did not answer."""
    try:
        done = subprocess.run(
            command, cwd=paths.ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        return f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        return f"no answer within {_SECONDS} s"
    return done.stdout if done.stdout.strip() else done.stderr


def _last_line(output: str) -> str:
    """The reason in short. npm prints an error as JSON, pip-audit a traceback."""
    try:
        return str(json.loads(output)["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return (output.strip().splitlines() or ["no output"])[-1][:200]
