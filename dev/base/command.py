"""Runs other programs. Their output goes to a log file, and a failure shows the log's last lines."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from dev.base.failure import Failure

TAIL = 15  # lines of the log that a failure shows
_running: set[subprocess.Popen[bytes]] = set()


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: Path | None = None,
    stdout: Path | None = None,
) -> None:
    """Run to the end, appending to `log`. Raises Failure with the log's last lines and path."""
    argv = [str(word) for word in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as files, log.open("ab") as sink:
        sink.write(f"+ {' '.join(argv)}\n".encode())
        sink.flush()
        source: IO[bytes] | int = files.enter_context(stdin.open("rb")) if stdin else subprocess.DEVNULL
        target: IO[bytes] = files.enter_context(stdout.open("wb")) if stdout else sink
        with _started(argv, cwd=cwd, env=env, stdin=source, stdout=target, stderr=sink) as process:
            code = process.wait()
    if code:
        raise Failure(f"`{' '.join(argv[:4])} …` ended with {code}. The end of {log}:\n{tail(log)}")


def output(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Standard output of a short command. Raises Failure with its standard error."""
    argv = [str(word) for word in command]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, env=env, cwd=cwd, check=False)
    except FileNotFoundError as error:
        raise Failure(f"{argv[0]} is not installed") from error
    if done.returncode:
        raise Failure(f"`{' '.join(argv)}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


def succeeds(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> bool:
    """Whether a quick check passes; a missing program is a no."""
    argv = [str(word) for word in command]
    try:
        return subprocess.run(argv, capture_output=True, env=env, check=False).returncode == 0
    except FileNotFoundError:
        return False


def tail(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(errors="replace").splitlines()[-TAIL:]
    return "\n".join(f"    {line}" for line in lines)


def stop_all() -> None:
    """End the process groups of all commands that `run` started and that are still running."""
    for process in list(_running):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def _started(argv: list[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process: subprocess.Popen[bytes] = subprocess.Popen(argv, start_new_session=True, **options)  # type: ignore[call-overload]
    except FileNotFoundError as error:
        raise Failure(f"{argv[0]} is not installed") from error
    _running.add(process)
    try:
        yield process
    finally:
        _running.discard(process)
