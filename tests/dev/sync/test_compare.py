"""With SYNC=tilt the lane only compares: it shows what differs, and writes nothing."""

import os

from dev.sync.main import COPIED
from dev.sync.row import Row
from dev.sync.verdict import State, Verdict
from tests.dev.sync.world import World, until


def states(world: World) -> dict[str, State]:
    return {pod: verdict.state for pod, verdict in world.lane.verdicts().items()}


def until_states(world: World, api: State) -> None:
    """Wait until the backend pods have this state. The frontend pod stays equal."""
    expected = {pod.pod: api if pod.rule.resource == "api" else State.EQUAL for pod in world.pods}
    until(lambda: states(world) == expected, lambda: str(states(world)))


def test_every_change_on_either_side_is_seen_and_nothing_is_written(world: World) -> None:
    world.restart_lane(read_only=True)
    until_states(world, State.EQUAL)
    backends = [pod for pod in world.pods if pod.rule.resource == "api"]
    assert {os.readlink(world.tilt(pod)) for pod in backends} == {str(world.place(pod)) for pod in backends}

    world.write("api/app/one.py", "saved")
    until_states(world, State.DIFFERENT)
    for pod in backends:
        assert (world.place(pod) / "app/one.py").read_text() == "1"
        world.tilt_copies(pod, "app/one.py", "saved")
    until_states(world, State.EQUAL)

    for pod in backends:
        (world.place(pod) / "app/left.py").write_text("left behind by an experiment")
    until_states(world, State.DIFFERENT)
    assert all((world.place(pod) / "app/left.py").exists() for pod in backends)
    assert "put right" not in "\n".join(world.lines)


def test_a_copy_of_tilt_may_take_its_time() -> None:
    """A copy on its way is no failure. What lasts is shown."""
    seconds, runs = [0.0], list[float]()

    def run() -> bool:
        runs.append(seconds[0])
        return True

    row = Row(run, lambda: seconds[0], COPIED)

    def pass_time(differing: list[str], checks: int) -> None:
        for _ in range(checks):
            row.look({"api-1": Verdict.of(differing)})
            seconds[0] += 1

    pass_time([], 6)
    assert len(runs) == 1
    pass_time(["app/main.py"], 2)
    pass_time([], 6)
    assert len(runs) == 1
    pass_time(["app/main.py"], 6)
    assert len(runs) == 2
    pass_time([], 6)
    assert len(runs) == 3
