"""`python -m devserver.migrate`: the init container in development. Like `python -m app.migrate`, but follows branches.

Two branches may each have a migration. Production tolerates a revision that its image does not know, to allow a
rollback to an older image. In development, the schema would silently be another branch's. So this keeps the source of
each applied revision in the database. Before it migrates, it undoes those that this branch lacks.
"""

import logging
import sys

from app import migrate
from app.core.config import ConfigError, Settings, load_settings
from app.core.logging import configure_logging
from devserver import branches

log = logging.getLogger("app.migrate")


def follow(settings: Settings) -> None:
    """Raises MigrationError, with the remedy."""
    stand_in = "database" in settings.todo_standins
    engine = migrate.make_engine(
        settings.direct_database, connect_timeout=5, application_name=f"todo-migrate {settings.pod}"
    )
    migrate.wait_for_database(engine)
    try:
        branches.go_back(engine, migrate.MIGRATIONS, disposable=stand_in)
    except branches.OtherBranch as error:
        remedy = (
            "press *Empty the database* on the resource `database` of Tilt's dashboard"
            if stand_in
            else "check out the branch that has it, or name another database in .env"
        )
        raise migrate.MigrationError(f"the database is from another branch: {error}; {remedy}.") from error
    migrate.migrate(engine)
    if stand_in:
        branches.keep(engine, migrate.MIGRATIONS)


def main() -> None:
    try:
        settings = load_settings()
        configure_logging(settings.log_level, settings.pod)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        follow(settings)
    except (ConfigError, migrate.MigrationError) as error:
        sys.exit(f"todo-api cannot migrate: {error}")


if __name__ == "__main__":
    main()
