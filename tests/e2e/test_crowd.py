"""Many log in and register at once, in the development cluster: the others notice little of it."""

import asyncio
import uuid

import pytest

from benchmarks.crowd import PEOPLE, burst, log_in, quantile, register
from tests.support import world

pytestmark = pytest.mark.usefixtures("deployed")

URL = f"{world.APP}/api/v1"
OTHERS_WAIT = 0.5  # seconds, p95


def test_a_crowd_at_the_login_leaves_the_list_quick() -> None:
    run = uuid.uuid4().hex
    crowd = [ask for n in range(PEOPLE) for ask in (register(URL, n, run), log_in(URL, n, f"{run}x"))]
    calm = asyncio.run(burst([URL], []))
    busy = asyncio.run(burst([URL], crowd))
    print(f"calm: {calm}\nbusy: {busy}")
    assert set(busy.others_statuses) == {200}
    assert set(busy.statuses) == {201, 401}
    # On a machine that has other work as well, the calm requests wait too.
    assert quantile(busy.others, 0.95) <= OTHERS_WAIT + 3 * quantile(calm.others, 0.95)
