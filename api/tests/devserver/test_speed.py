"""From a save to the first answer of the new code, against stock `uvicorn --reload` over the same application."""

import statistics
import time

import pytest

from api.tests.devserver.running import DevServer, running

SAVES = 12
RATIO = 4
"""Measured are 12 to 20; asserted is what even a busy machine gives."""

FILES = {
    "app/__init__.py": "",
    "app/models.py": """
from sqlmodel import Field, SQLModel

class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200, index=True)
""",
    "app/service.py": "VALUE = 0\n",
    "app/main.py": """
from fastapi import FastAPI
from sqlmodel import create_engine
from app import service
from app.models import Task

engine = create_engine("sqlite://")
app = FastAPI()

@app.get("/")
def value() -> str:
    return f"value {service.VALUE}"

@app.post("/tasks")
def create(task: Task) -> Task:
    return task
""",
}


def milliseconds(server: DevServer, pause: float) -> list[float]:
    server.until("value 0")
    times = []
    for value in range(1, SAVES + 1):
        time.sleep(pause)
        saved = time.monotonic()
        server.save("app/service.py", f"VALUE = {value}\n")
        server.until(f"value {value}")
        times.append((time.monotonic() - saved) * 1000)
    return times


def test_a_save_is_answered_faster_than_by_stock_uvicorn(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("warm"), FILES) as server:
        warm = milliseconds(server, pause=0.5)
    with running(tmp_path_factory.mktemp("stock"), FILES, DEVSERVER="uvicorn") as server:
        stock = milliseconds(server, pause=0.1)
    for name, times in (("devserver", warm), ("uvicorn --reload", stock)):
        print(
            f"{name}: p50 {statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f}, n = {SAVES}"
        )
    assert statistics.median(stock) > RATIO * statistics.median(warm)
