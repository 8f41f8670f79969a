"""Sends as many requests as a Service answers, and counts them by pod.

`python load.py URL ROUTE WORKERS SECONDS` registers a user at URL (`…/api/v1`); then each worker sends its next GET of
ROUTE when it has the last answer (a closed loop), each over a new connection, because kube-proxy balances connections,
to the address that URL's host has at the beginning: so many questions to CoreDNS would fill its memory.
Prints one line of JSON. Standard library only.
"""

import http.client
import json
import secrets
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit


def register(address: str, root: str) -> dict[str, str]:
    """The headers of a new user's requests."""
    connection = http.client.HTTPConnection(address, timeout=30)
    account = {"email": f"load-{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(16)}
    kind = {"Content-Type": "application/json"}
    connection.request("POST", f"{root}/auth/register", json.dumps(account), kind)
    answer = connection.getresponse()
    token = json.loads(answer.read())["access_token"]
    connection.close()
    return {"Authorization": f"Bearer {token}", "Connection": "close"}


@dataclass
class Worker:
    """One closed loop and its counts."""

    address: str
    route: str
    headers: dict[str, str]
    pods: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def run(self, end: float) -> None:
        """Send requests until `end` (monotonic)."""
        while time.monotonic() < end:
            connection = http.client.HTTPConnection(self.address, timeout=15)
            try:
                connection.request("GET", self.route, headers=self.headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 200:  # the header is the API's own; through the frontend the body tells
                    self.pods[answer.headers["X-Pod"] or json.loads(body)["pod"]] += 1
                else:
                    self.failures[f"HTTP {answer.status}"] += 1
            except OSError as error:
                self.failures[type(error).__name__] += 1
            finally:
                connection.close()


def main(url: str, route: str, count: int, seconds: float) -> None:
    """Run the workers and print what they counted."""
    parts = urlsplit(url)
    address = f"{socket.gethostbyname(parts.hostname or '')}:{parts.port}"
    headers = register(address, parts.path)
    workers = [Worker(address, parts.path + route, headers) for _ in range(count)]
    begin = time.monotonic()
    threads = [threading.Thread(target=worker.run, args=(begin + seconds,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begin
    pods: Counter[str] = sum((worker.pods for worker in workers), Counter())
    failures: Counter[str] = sum((worker.failures for worker in workers), Counter())
    print(json.dumps({"per_second": pods.total() / elapsed, "pods": pods, "failed": failures}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
