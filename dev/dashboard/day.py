"""`python3 -m dev day ACTION [NAME]`: the actions of the buttons on Tilt's dashboard. Prints the result."""

import argparse
from collections.abc import Callable, Sequence

from dev.dashboard import account, copy_back, data, migration, profile

ACTIONS: dict[str, Callable[[], None]] = {
    "migrate": migration.migrate,
    "token": account.token,
    "profile": profile.profile,
    "empty": data.empty,
}
WITH_VALUE: dict[str, Callable[[str], None]] = {
    "seed": account.seed,
    "snapshot": data.snapshot,
    "restore": data.restore,
    "new-migration": migration.new,
    "copy-back": copy_back.copy_back,
}


def main(argv: Sequence[str]) -> int:
    """Do what a button of Tilt's dashboard does: seed, snapshot, restore, copy back and so on."""
    parser = argparse.ArgumentParser(prog="python3 -m dev day", description=main.__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    for name, action in ACTIONS.items():
        actions.add_parser(name, help=action.__doc__)
    for name, described in WITH_VALUE.items():
        actions.add_parser(name, help=described.__doc__).add_argument("value")
    chosen = parser.parse_args(argv)
    if chosen.action in ACTIONS:
        ACTIONS[chosen.action]()
    else:
        WITH_VALUE[chosen.action](chosen.value)
    return 0
