"""Which stack this checkout runs: the default one, or one with a name, beside others in the same cluster.

`STACK=name make up` chooses the name, and the checkout remembers it until `make down`. Namespaces, ports and the volume
follow from it, here and nowhere else.
"""

import os
import re
import zlib
from dataclasses import dataclass

from dev.base import paths
from dev.base.failure import Failure

NAME = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")
RESERVED = "standins"  # the end of the other namespace's name
SHIFTS = 99  # stacks of different names rarely share their ports, and never any with the default one


@dataclass(frozen=True)
class Stack:
    """What tells a stack from the others in the cluster. The default one is as the manifests say."""

    name: str = ""

    def __str__(self) -> str:
        return f"the stack {self.name}" if self.name else "the default stack"

    @property
    def namespace(self) -> str:
        """Of the application."""
        return f"todo-{self.name}" if self.name else "default"

    @property
    def standins(self) -> str:
        """The stand-ins' namespace."""
        return f"todo-{self.name}-{RESERVED}" if self.name else f"todo-{RESERVED}"

    @property
    def volume(self) -> str:
        """The stand-in database's; volumes belong to no namespace."""
        return f"postgres-{self.name}" if self.name else "postgres"

    @property
    def shift(self) -> int:
        """What is added to each port, on this machine and on the node."""
        return 1 + zlib.crc32(self.name.encode()) % SHIFTS if self.name else 0

    @property
    def prefix(self) -> str:
        """What stands before a command that is about this stack in a checkout that does not remember it."""
        return f"STACK={self.name} " if self.name else ""


DEFAULT = Stack()


def current() -> Stack:
    """The stack that STACK names, else the one that the checkout remembers. Raises Failure if both differ."""
    chosen, known = os.environ.get("STACK", ""), remembered()
    if not chosen or chosen == known.name:
        return known
    if not NAME.fullmatch(chosen) or chosen.endswith(RESERVED):
        raise Failure(
            f"STACK={chosen} is not a name for a stack",
            "choose up to 30 lower-case letters, digits and hyphens, such as STACK=two; it starts with a letter, "
            f"and does not end with {RESERVED}",
        )
    if known != DEFAULT:
        raise Failure(
            f"this checkout already runs {known}",
            f"`STACK= make down` first, or start {chosen} in another worktree: git worktree add ../{chosen}",
        )
    return Stack(chosen)


def remembered() -> Stack:
    """The checkout's stack until `forget`."""
    file = paths.DEV / "stack"
    return Stack(file.read_text(encoding="utf-8").split()[0]) if file.exists() else DEFAULT


def remember(stack: Stack, dashboard: int) -> None:
    """Make later commands in this checkout mean this stack. `.envrc` reads the second line, the dashboard's port."""
    if stack == DEFAULT:
        forget()
        return
    paths.DEV.mkdir(exist_ok=True)
    (paths.DEV / "stack").write_text(f"{stack.name}\n{dashboard}\n", encoding="utf-8")


def forget() -> None:
    """Make later commands in this checkout mean the default stack."""
    (paths.DEV / "stack").unlink(missing_ok=True)
