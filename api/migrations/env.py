"""What Alembic runs for each command. `app.migrate` hands over its connection; otherwise this opens one."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.core.config import load_settings
from app.models import METADATA


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(load_settings().direct_database).begin() as own:
        run(own)
