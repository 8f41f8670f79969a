"""The API does what its OpenAPI document says, for generated requests, valid and not: every check of schemathesis."""

import os
import subprocess
import sys
from pathlib import Path

from tests.contract.conftest import Service

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SECONDS = 400  # a run takes about a quarter of it


def test_the_api_keeps_its_document(service: Service, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("st")
    environment = os.environ | {"API_TOKEN": service.token}  # arguments can be seen by all users of a machine
    done = subprocess.run(
        [program, "--no-color", "--config-file", CONFIGURATION, "run", f"{service.url}/openapi.json"],
        cwd=tmp_path,  # where it keeps what it found
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-8000:]
