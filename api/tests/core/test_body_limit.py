"""Bodies of more than 1 MiB are refused, whether their size is announced or not."""

from collections.abc import Iterator

import httpx

from tests.support.assertions import assert_problem

LIMIT = 1024 * 1024


def test_an_announced_size(ann: httpx.Client) -> None:
    assert_problem(ann.post("/tasks", content=b"x" * (LIMIT + 1)), 413)


def test_chunks_without_an_announcement(ann: httpx.Client) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"title": "'
        for _ in range(17):
            yield b"x" * 65_536
        yield b'"}'

    answer = ann.post("/tasks", content=chunks(), headers={"Content-Type": "application/json"})
    assert_problem(answer, 413)


def test_the_control_the_limit_itself_is_let_through(ann: httpx.Client) -> None:
    body = b'{"title": "' + b"x" * (LIMIT - 13) + b'"}'
    assert len(body) == LIMIT
    answer = ann.post("/tasks", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422)
