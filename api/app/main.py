"""The application that uvicorn serves, from the environment: `uvicorn app.main:app`."""

import sys

from app.chat.model.llm import LOG_FIELDS
from app.core.config import ConfigError, load_settings
from app.core.logging import configure_logging
from app.factory import create_app

try:
    _settings = load_settings()
except ConfigError as error:
    sys.exit(f"todo-api cannot start: {error}")
configure_logging(_settings.log_level, _settings.pod, LOG_FIELDS)
app = create_app(_settings)
