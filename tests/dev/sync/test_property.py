"""After any sequence of a day's events, every pod equals the folder. Prints a failing sequence, shortened."""

import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.dev.sync import world

STEPS = int(os.environ.get("SYNC_STEPS", "60"))
ATTEMPTS = 20  # replays spent on making a failing sequence shorter

Step = tuple[int, int]  # of EVENTS, and the seed of its random numbers


def failure(steps: Sequence[Step], folder: Path) -> tuple[int, str]:
    """Play the steps in a new world. Returns how many were played, and what was wrong, empty if nothing was."""
    shutil.rmtree(folder, ignore_errors=True)
    here = world.World(folder)
    try:
        here.until_equal()
        for played, (event, seed) in enumerate(steps, 1):
            try:
                world.EVENTS[event](here, random.Random(seed))
                here.until_equal()
            except AssertionError as error:
                return played, str(error)
        return len(steps), ""
    finally:
        here.lane.stop()


def shrink(steps: list[Step], folder: Path) -> list[Step]:
    """Drop steps that the failure does not need, within a few attempts."""
    size = max(1, len(steps) // 2)
    at, attempts = 0, 0
    while attempts < ATTEMPTS and size:
        if at >= len(steps) - 1:  # the last one failed
            at, size = 0, size // 2
            continue
        shorter = steps[:at] + steps[min(at + size, len(steps) - 1) :]
        played, why = failure(shorter, folder)
        attempts += 1
        if why:
            steps = shorter[:played]
        else:
            at += size
    return steps


@pytest.mark.parametrize("seed", [int(os.environ.get("SYNC_SEED", "1")), random.randrange(10**6)])
def test_pods_equal_the_folder_after_any_sequence(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    steps = [(dice.randrange(len(world.EVENTS)), dice.randrange(10**9)) for _ in range(STEPS)]
    played, why = failure(steps, tmp_path / "world")
    if why:
        short = shrink(steps[:played], tmp_path / "world")
        names = "\n".join(f"  {world.EVENTS[event].__name__} ({each})" for event, each in short)
        pytest.fail(
            f"SYNC_SEED={seed}: step {played} of {STEPS}: {why}\nthe shortest sequence found:\n{names}"
        )
