"""`python -m app.openapi > openapi.json` writes the copy of the OpenAPI document that clients are generated from."""

import json
import sys

from app.core.config import Settings
from app.factory import create_app


def main() -> None:
    nowhere = Settings.model_validate({"database_url": "postgresql://nobody@localhost/none"})
    json.dump(create_app(nowhere).openapi(), sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
