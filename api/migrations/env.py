"""What Alembic runs for each command. `app.migrate` hands over its connection; otherwise this opens one."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.core.config import load_settings
from app.models import METADATA

# Built only where PostgreSQL has the extension that it needs, so no model names it.
_OPTIONAL_INDEX = "ix_tasks_search_text"


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_server_default=True,
        include_name=lambda name, kind, _parents: not (kind == "index" and name == _OPTIONAL_INDEX),
        transaction_per_migration=True,  # so that a revision can build indexes outside of one
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(load_settings().direct_database).connect() as own:
        run(own)
