"""DNS answers, fails, hangs and comes back, and connections to PostgreSQL are made all the same."""

import socket
import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from app.core.config import Settings
from app.core.db.addresses import PATIENCE, Addresses, ask_system
from app.core.db.database import CONNECT_BUDGET, Database

DATABASE = {"host": "database.example", "port": 5432}


class Dns:
    """A name server that can be made to fail or to hang."""

    def __init__(self, ask: Callable[[str], list[str]]) -> None:
        self._answer = ask
        self.asked = 0
        self.fails = False
        self.answers = threading.Event()
        self.answers.set()

    def ask(self, name: str) -> list[str]:
        self.asked += 1
        self.answers.wait(20)
        if self.fails:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return self._answer(name)


@pytest.fixture
def dns() -> Dns:
    numbers = iter(range(1, 100))
    return Dns(lambda _name: ["fd00::1", f"192.0.2.{next(numbers)}"])


def test_each_use_asks_again_and_names_stay_for_the_certificate(dns: Dns) -> None:
    addresses = Addresses(dns.ask)
    for number in (1, 2):
        assert addresses.of(DATABASE, 1) == {
            "host": "database.example,database.example",
            "hostaddr": f"fd00::1,192.0.2.{number}",
        }


def test_the_last_answer_serves_while_dns_fails(dns: Dns) -> None:
    addresses = Addresses(dns.ask)
    before = addresses.of(DATABASE, 1)
    dns.fails = True
    assert addresses.of(DATABASE, 1) == before
    dns.fails = False
    assert addresses.of(DATABASE, 1) != before


def test_the_last_answer_serves_soon_while_dns_hangs_and_one_question_waits(dns: Dns) -> None:
    addresses = Addresses(dns.ask)
    before = addresses.of(DATABASE, 1)
    dns.answers.clear()
    begin = time.monotonic()
    assert [addresses.of(DATABASE, 9) for _ in range(3)] == [before] * 3
    assert time.monotonic() - begin < 3 * PATIENCE + 1
    assert dns.asked == 2
    dns.answers.set()


@pytest.mark.parametrize("fault", ["fails", "hangs"])
def test_without_any_dns_answer_the_database_is_down_in_time(dns: Dns, fault: str) -> None:
    dns.fails = fault == "fails"
    if fault == "hangs":
        dns.answers.clear()
    begin = time.monotonic()
    with pytest.raises(psycopg.OperationalError, match="can't be found"):
        Addresses(dns.ask).of(DATABASE, 0.3)
    assert time.monotonic() - begin < 1
    dns.answers.set()


def test_what_can_not_be_a_name_is_no_database() -> None:
    with pytest.raises(psycopg.OperationalError, match="can't be found"):
        Addresses().of({"host": "a" * 64 + ".example"}, 1)


@pytest.mark.parametrize(
    "parameters", [{"host": "a,b"}, {"host": "/run/postgresql"}, {"host": "a", "hostaddr": "192.0.2.1"}]
)
def test_what_libpq_can_do_alone_is_left_to_it(dns: Dns, parameters: dict[str, str]) -> None:
    assert Addresses(dns.ask).of(parameters, 1) == {}
    assert dns.asked == 0


def test_new_connections_are_made_while_dns_hangs(settings: Settings) -> None:
    dns = Dns(ask_system)
    database = Database(settings.database, "test", Addresses(dns.ask))
    database.ping()
    dns.answers.clear()
    database.dispose()  # so that the next use connects again
    begin = time.monotonic()
    database.ping()
    assert PATIENCE <= time.monotonic() - begin < CONNECT_BUDGET
    assert dns.asked == 2
    dns.answers.set()
    database.dispose()
