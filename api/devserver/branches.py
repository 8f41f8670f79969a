"""Brings a development database back to the last migration that it shares with this branch.

A branch's image lacks the other branch's migrations, so the database keeps their sources in a separate schema. Tables
and columns of the other branch are dropped with their content. All other data stays.
"""

import ast
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

_LOCK = 0x70D1  # any number except that of app.migrate
log = logging.getLogger("app.migrate")


class OtherBranch(Exception):
    """The revision that cannot be undone, and why."""


def go_back(engine: Engine, migrations: Path, *, disposable: bool) -> None:
    """Undo the revisions that `migrations` lacks, or has with different code. Raises OtherBranch if that fails.

    Only a `disposable` database is changed.
    """
    ours = _sources(ScriptDirectory.from_config(_config(migrations)))
    with engine.begin() as connection, _locked(connection):
        revision = MigrationContext.configure(connection).get_current_revision()
        kept = _kept(connection) if disposable else {}
        if revision is None or (revision in ours and revision not in kept):
            return
        if revision not in kept:
            raise OtherBranch(f"its revision {revision} is none of this branch's")
        with _folder(kept, migrations) as folder:
            common = _common(folder, revision, kept, ours)
            if common != revision:
                log.warning("the database is from another branch: going back from %s to %s", revision, common)
                _downgrade(engine, folder, common, revision)
                later = [name for name in kept if name not in _chain(folder, common)]
                connection.execute(
                    text("DELETE FROM todo_dev.revisions WHERE revision = ANY(:later)"), {"later": later}
                )


def keep(engine: Engine, migrations: Path) -> None:
    """Remember the sources of these revisions, all of which are applied."""
    ours = _sources(ScriptDirectory.from_config(_config(migrations)))
    with engine.begin() as connection, _locked(connection):
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS todo_dev"))
        connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS todo_dev.revisions (revision text PRIMARY KEY, source text NOT NULL)"
            )
        )
        connection.execute(
            text("INSERT INTO todo_dev.revisions VALUES (:revision, :source) ON CONFLICT DO NOTHING"),
            [{"revision": revision, "source": source} for revision, source in ours.items()],
        )


def _common(folder: Path, revision: str, kept: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """The newest revision up to which both histories are the same."""
    common = None
    for name in reversed(_chain(folder, revision)):
        if name not in ours or _code(kept[name]) != _code(ours[name]):
            break
        common = name
    if common is None:
        raise OtherBranch(f"its revision {revision} has nothing in common with this branch's")
    return common


def _downgrade(engine: Engine, folder: Path, target: str, revision: str) -> None:
    config = _config(folder)
    try:
        with engine.connect() as working:
            config.attributes["connection"] = working
            command.downgrade(config, target)
    except Exception as error:  # the branch's own code
        reason = (str(error) or type(error).__name__).partition("\n")[0]
        raise OtherBranch(f"its revision {revision} cannot be undone ({reason})") from error


def _chain(folder: Path, revision: str) -> list[str]:
    """The revision and all before it, newest first."""
    scripts = ScriptDirectory.from_config(_config(folder))
    try:
        return [script.revision for script in scripts.iterate_revisions(revision, "base")]
    except CommandError as error:
        raise OtherBranch(f"the history of its revision {revision} is not known") from error


def _sources(scripts: ScriptDirectory) -> dict[str, str]:
    return {script.revision: Path(script.path).read_text() for script in scripts.walk_revisions()}


def _code(source: str) -> str:
    """The code of a source, without comments, layout and the module's docstring."""
    tree = ast.parse(source)
    if ast.get_docstring(tree) is not None:
        del tree.body[0]
    return ast.dump(tree)


def _kept(connection: Connection) -> dict[str, str]:
    if connection.scalar(text("SELECT to_regclass('todo_dev.revisions')")) is None:
        return {}
    rows = connection.execute(text("SELECT revision, source FROM todo_dev.revisions"))
    return {row.revision: row.source for row in rows}


@contextmanager
def _folder(kept: Mapping[str, str], migrations: Path) -> Iterator[Path]:
    """A folder of migrations that includes the kept revisions."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copy(migrations / "env.py", folder)
        (folder / "versions").mkdir()
        for number, source in enumerate(kept.values()):
            (folder / "versions" / f"kept_{number}.py").write_text(source)
        yield folder


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """One replica at a time. The end of the transaction releases the lock."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    yield
