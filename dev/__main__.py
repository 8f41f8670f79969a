"""`python3 -m dev COMMAND`: what the Makefile's targets call."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence

from dev.base import command, engine, stack, steps
from dev.base.failure import Failure
from dev.cluster import claim, minikube, tilt
from dev.commands import audit, devcontainer, doctor, secret, settings, test, testbed, verify_pins
from dev.dashboard import day
from dev.env import services
from dev.sync import beat, leisure, synced
from dev.sync import main as lane
from dev.ways import choose, release


def up() -> int:
    """Check the machine, prepare tools and cluster, then run `tilt up`."""
    claim.require_free("`STACK=name make up` starts a second stack beside it; to end that one: ")
    claim.require_one_stack()
    services.require()
    stack.remember(stack.current(), tilt.port())
    bring_up()
    claim.take()
    tilt.up()
    return 0


def bring_up() -> int:
    """Do the same without Tilt."""
    doctor.require()
    minikube.ensure(choose.ensure())
    return 0


def answers() -> int:
    """Wait until the app answers on its port."""
    tilt.wait_for_app()
    return 0


def down() -> int:
    """Stop Tilt and delete what it deployed."""
    claim.require_free()
    tilt.down()
    claim.release(stack.current())
    stack.forget()
    for use in claim.uses():
        if use.counts():
            print(f"the cluster keeps running {use}")
    return 0


def nuke() -> int:
    """Delete the cluster. If we started the Docker engine, delete the dev container's images and stop it."""
    claim.require_alone()
    minikube.delete()
    for use in claim.uses():
        claim.release(use.stack)
    stack.forget()
    engine.remove_images(f"{devcontainer.IMAGE}*")
    engine.stop()
    choose.forget()
    print("cluster deleted; the tools stay cached for the next `make up`")
    return 0


def times() -> int:
    """Print how long each part of the toolchain took to build here."""
    for name, seconds in sorted(steps.times().items(), key=lambda row: -row[1]):
        print(f"{name:<18} {seconds:7.1f} s")
    return 0


def dependencies() -> int:
    """Install the locked Python and npm packages, for editors and tests."""
    testbed.prepare({"python", "npm"})
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "up": up,
    "cluster": bring_up,
    "answers": answers,
    "down": down,
    "nuke": nuke,
    "doctor": doctor.main,
    "dependencies": dependencies,
    "sync": lane.main,
    "compare": lane.compare,
    "synced": synced.main,
    "sync-alive": beat.main,
    "times": times,
    "verify-pins": verify_pins.main,
    "audit": audit.main,
}
WITH_ARGUMENTS: dict[str, Callable[[Sequence[str]], int]] = {
    "day": day.main,
    "devcontainer": devcontainer.main,
    "leisure": leisure.main,
    "release-tools": release.main,
    "settings": settings.main,
    "secret": secret.main,
    "test": test.main,
}


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv` names; a Failure becomes one message and exit code 1."""
    commands = COMMANDS | WITH_ARGUMENTS
    width = max(map(len, commands))
    summary = "\n".join(
        f"  {name:<{width}}  {(run.__doc__ or name).splitlines()[0]}" for name, run in commands.items()
    )
    parser = argparse.ArgumentParser(
        prog="python3 -m dev", epilog=summary, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=commands, metavar="COMMAND", help="one of those below")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="see COMMAND --help")
    chosen = parser.parse_args(argv)
    engine.leave_node(os.environ)
    try:
        if chosen.command in WITH_ARGUMENTS:
            return WITH_ARGUMENTS[chosen.command](chosen.arguments)
        return COMMANDS[chosen.command]()
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        command.stop_all()
        print("\ninterrupted; the same command continues where this one stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # whatever the way to end it, a build ends cleanly
    sys.exit(main(sys.argv[1:]))
