"""What Alembic runs for each command. `app.migrate` hands over its connection; else one is made here."""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

import app.auth.models
import app.tasks.models  # noqa: F401 - both imports fill the metadata
from app.core.config import load_settings


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_server_default=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(load_settings().direct_database).begin() as own:
        run(own)
