"""`python3 -m dev COMMAND`: what the Makefile's targets call."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence

from dev.base import command, engine, steps
from dev.base.failure import Failure
from dev.cluster import minikube, tilt
from dev.commands import devcontainer, doctor, secret, settings, test, testbed, verify_pins
from dev.env import services
from dev.ways import choose, release


def up() -> int:
    """doctor, tools, cluster, then `tilt up`"""
    services.require()
    bring_up()
    tilt.up()
    return 0


def bring_up() -> int:
    """the same without Tilt: doctor, tools, cluster"""
    doctor.require()
    minikube.ensure(choose.ensure())
    return 0


def answers() -> int:
    """wait until the app answers on its port"""
    tilt.wait_for_app()
    return 0


def down() -> int:
    """end Tilt and delete what it deployed"""
    tilt.down()
    return 0


def nuke() -> int:
    """delete the cluster; if we started the Docker engine, delete the dev container's images and stop it"""
    minikube.delete()
    engine.remove_images(f"{devcontainer.IMAGE}*")
    engine.stop()
    choose.forget()
    print("cluster deleted; the tools stay cached for the next `make up`")
    return 0


def times() -> int:
    """how long each part of the toolchain took to make here"""
    for name, seconds in sorted(steps.times().items(), key=lambda row: -row[1]):
        print(f"{name:<18} {seconds:7.1f} s")
    return 0


def dependencies() -> int:
    """install the Python and npm packages, as locked, that editors and tests want"""
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
    "times": times,
    "verify-pins": verify_pins.main,
}
WITH_ARGUMENTS: dict[str, Callable[[Sequence[str]], int]] = {
    "devcontainer": devcontainer.main,
    "release-tools": release.main,
    "settings": settings.main,
    "secret": secret.main,
    "test": test.main,
}


def main(argv: Sequence[str]) -> int:
    """Run the command that `argv` names; a Failure becomes one message and exit code 1."""
    summary = "\n".join(f"  {name:<9} {run.__doc__}" for name, run in (COMMANDS | WITH_ARGUMENTS).items())
    parser = argparse.ArgumentParser(
        prog="python3 -m dev", epilog=summary, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=[*COMMANDS, *WITH_ARGUMENTS])
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(argv)
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
