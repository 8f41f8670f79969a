"""From a save to the first answer of the new code, against stock `uvicorn --reload` over the same application."""

import statistics
import time

import pytest

from tests.support.devserver import DevServer, running

pytestmark = pytest.mark.slow

SAVES = 12
PAUSE = 0.2  # seconds before each save
RATIO = 4
"""Measured are 10 to 15; asserted is what even a busy machine gives."""

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


def milliseconds(server: DevServer, value: int) -> float:
    saved = time.monotonic()
    server.save("app/service.py", f"VALUE = {value}\n")
    server.until(f"value {value}")
    return (time.monotonic() - saved) * 1000


def test_a_save_is_answered_faster_than_by_stock_uvicorn(tmp_path_factory: pytest.TempPathFactory) -> None:
    """In turns, so that whatever else the machine does slows both."""
    warm_folder, stock_folder = tmp_path_factory.mktemp("warm"), tmp_path_factory.mktemp("stock")
    times: dict[str, list[float]] = {"devserver": [], "uvicorn --reload": []}
    with running(warm_folder, FILES) as warm, running(stock_folder, FILES, DEVSERVER="uvicorn") as stock:
        warm.until("value 0")
        stock.until("value 0")
        warm.until_spare()
        for value in range(1, SAVES + 1):
            for server, taken in zip((warm, stock), times.values(), strict=True):
                time.sleep(PAUSE)
                taken.append(milliseconds(server, value))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in times.items():
        print(f"{name}: p50 {medians[name]:.0f} ms, {min(taken):.0f} to {max(taken):.0f}, n = {SAVES}")
    assert medians["uvicorn --reload"] > RATIO * medians["devserver"]
