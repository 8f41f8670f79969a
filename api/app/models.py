"""Every table of the application: importing this module fills `SQLModel.metadata`.

Alembic compares the database with it. A table that is missing here looks like one to drop, so a domain that gets
tables adds its line. No domain imports this module.
"""

from sqlmodel import SQLModel

import app.auth.models
import app.chat.store.models
import app.limits.models
import app.tasks.changes.models
import app.tasks.models  # noqa: F401 - the imports are what this module is for

METADATA = SQLModel.metadata
