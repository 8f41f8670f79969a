"""`python -m devserver.new_migration NUMBER MESSAGE`: prints a migration that leads from the schema to the models."""

import contextlib
import logging
import os
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from app.migrate import MIGRATIONS


def main() -> None:
    number, message = sys.argv[1:]
    logging.disable()  # standard output is the migration
    config = Config(stdout=sys.stderr)
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    # Alembic reports what it does on standard output.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        config.set_main_option("version_locations", f"{MIGRATIONS / 'versions'}{os.pathsep}{folder}")
        command.revision(config, message, autogenerate=True, rev_id=number, version_path=folder)
        (file,) = Path(folder).glob("*.py")
        migration = file.read_text()
    sys.stdout.write(migration)


if __name__ == "__main__":
    main()
