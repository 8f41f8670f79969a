"""The address of PostgreSQL, also while DNS is down.

libpq queries DNS in the calling thread for as long as the system's resolver takes (resolv.conf(5): 5 s per try),
outside every deadline. A query from here has a deadline, and the last answer is used while there is no new one.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import psycopg

PATIENCE = 0.5  # seconds for a new answer, if there is an older one
Ask = Callable[[str], list[str]]
_NO_ANSWER = (OSError, UnicodeError)  # a TimeoutError is an OSError; an invalid name is a UnicodeError


def ask_system(name: str) -> list[str]:
    """A name's addresses. Raises OSError."""
    return [str(each[4][0]) for each in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]


class Addresses:
    """The last answers of DNS, queried again at each use."""

    def __init__(self, ask: Ask = ask_system) -> None:
        self._ask = ask
        self._known: dict[str, list[str]] = {}
        self._asked: dict[str, Future[list[str]]] = {}
        self._lock = threading.Lock()

    def of(self, parameters: Mapping[str, Any], patience: float) -> dict[str, str]:
        """What psycopg.connect needs besides `parameters` to make no DNS query.

        A first answer may take `patience` seconds; without one: psycopg.OperationalError.
        """
        name = str(parameters["host"])
        if "hostaddr" in parameters or "," in name or name.startswith("/"):
            return {}  # an address, a list that libpq handles itself, or a socket's folder
        addresses = self._find(name, patience)
        return {"host": ",".join([name] * len(addresses)), "hostaddr": ",".join(addresses)}

    def _find(self, name: str, patience: float) -> list[str]:
        known = self._known.get(name)
        try:
            return self._question(name).result(PATIENCE if known else patience)
        except _NO_ANSWER as error:
            if known:
                return known
            raise psycopg.OperationalError("the database's address can't be found") from error

    def _question(self, name: str) -> "Future[list[str]]":
        """One query at a time: while DNS hangs, each would occupy a thread."""
        with self._lock:
            question = self._asked.get(name)
            if question is None or question.done():
                question = self._asked[name] = Future()
                # a daemon, so that the process can exit while it hangs
                threading.Thread(target=self._answer, args=(name, question), daemon=True).start()
            return question

    def _answer(self, name: str, question: "Future[list[str]]") -> None:
        try:
            self._known[name] = self._ask(name)
        except _NO_ANSWER as error:
            question.set_exception(error)
        else:
            question.set_result(self._known[name])
