"""Runs programs as another account, with folders that it can read even if the checkout is in root's home (0700)."""

import contextlib
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def server_account() -> pwd.struct_passwd:
    """Who runs PostgreSQL in the tests: root lends it the Debian package's account, others run it themselves."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


@contextlib.contextmanager
def folder_for_all() -> Iterator[Path]:
    """A temporary folder that every account may enter. Copy files for the other account into it."""
    folder = Path(tempfile.mkdtemp(prefix="todo-tests-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
