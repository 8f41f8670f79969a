"""Brings the schema to the newest revision: `python -m app.migrate`, the init container of every replica.

One connection keeps the lock in a transaction of its own, which ends with it: behind a pooler a lock of the
session would be stranded. Another connection runs the revisions, each in a transaction, but for the steps that
cannot, such as CREATE INDEX CONCURRENTLY. An interrupted revision is repeated, so its steps must allow that.
"""

import logging
import sys
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from app.core.config import ConfigError, load_settings
from app.core.logging import configure_logging

WAIT_FOR_DATABASE = 60  # seconds
WAIT_FOR_LOCK = 120  # seconds; another replica is migrating
_PAUSE = 1  # seconds between two attempts
_LOCK = 0x70D0  # any number that no other program uses in this database
MIGRATIONS = Path(__file__).parent.parent / "migrations"
log = logging.getLogger("app.migrate")


class MigrationError(Exception):
    """One sentence for the log of the init container, with the remedy."""


def make_engine(url: URL, **connect_args: Any) -> Engine:
    """For `migrate`. Without prepared statements, which a pooler may not know the next time."""
    connect_args |= {"prepare_threshold": None}
    return create_engine(url, poolclass=NullPool, connect_args=connect_args)


def migrate(engine: Engine) -> None:
    """Return when the schema is at head, even if another replica has migrated it. Raises MigrationError."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = ScriptDirectory.from_config(config)
    head = known.get_current_head()
    wait_for_database(engine)
    deadline = time.monotonic() + WAIT_FOR_LOCK
    while time.monotonic() < deadline:
        with engine.begin() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision == head or _is_newer(revision, known):
                log.info("the schema is at revision %s", revision)
                return
            if connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
                if MigrationContext.configure(connection).get_current_revision() != revision:
                    continue  # the replica before has just ended
                _require_unicode(connection)
                log.info("migrating from revision %s to %s", revision, head)
                # A statement with parameters keeps its snapshot until the next one, and CREATE INDEX CONCURRENTLY
                # waits for all snapshots.
                connection.exec_driver_sql("SELECT 1")
                with engine.connect() as working:
                    config.attributes["connection"] = working
                    command.upgrade(config, "head")
                log.info("the schema is at revision %s", head)
                return  # however long it took: the deadline is for the replicas that wait
        log.info("another replica is migrating; waiting for it")
        time.sleep(_PAUSE)
    raise MigrationError(f"another replica has held the migration lock for {WAIT_FOR_LOCK} s: see its log.")


def _require_unicode(connection: Connection) -> None:
    """Raises MigrationError. Other encodings lack characters that people type, and Unicode's normal forms."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise MigrationError(
            f"the database has the encoding {encoding}: create it with ENCODING 'UTF8' (TEMPLATE template0)."
        )


def _is_newer(revision: str | None, known: ScriptDirectory) -> bool:
    """A revision that this image does not know: an older image is being rolled back to, and must be able to start."""
    if revision is None:
        return False
    try:
        known.get_revision(revision)
    except CommandError:
        return True
    return False


def wait_for_database(engine: Engine) -> None:
    """Raises MigrationError after WAIT_FOR_DATABASE."""
    started = time.monotonic()
    while True:
        try:
            engine.connect().close()
            return
        except OperationalError as error:
            reason = str(error.orig).strip().partition("\n")[0]
        waited = time.monotonic() - started
        if waited > WAIT_FOR_DATABASE:
            raise MigrationError(
                f"no database at {engine.url.host} after {waited:.0f} s ({reason}):"
                " check DATABASE_URL in Secret todo-secrets, and that the database runs."
            )
        log.info(
            "waiting for the database at %s, %.0f of %d s: %s",
            engine.url.host,
            waited,
            WAIT_FOR_DATABASE,
            reason,
        )
        time.sleep(_PAUSE)


def main() -> None:
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.pod)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        connect_args = {"connect_timeout": 5, "application_name": f"todo-migrate {settings.pod}"}
        migrate(make_engine(settings.direct_database, **connect_args))
    except (ConfigError, MigrationError) as error:
        sys.exit(f"todo-api cannot migrate: {error}")


if __name__ == "__main__":
    main()
