"""The length of these tests: short in `make test`, full in `make prove`.

What they wait for most is the specification's own probes (10 s until a new pod is asked whether it is ready). The short
form asks sooner and more often, and goes on as soon as a pod is ready.
"""

import os
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Length:
    """One length."""

    rollouts: int
    """The minimum number of restarts of both Deployments under load."""
    requests: int
    """The minimum number of requests meanwhile."""
    rate: int
    """Requests per second in each of 4 lanes meanwhile, from outside and from inside. The short form also runs on
    machines so slow that more would keep both frontends from answering their probes in time."""
    outage: float
    """Seconds that each fault of the database lasts."""
    replicas: tuple[int, ...]
    """The numbers of replicas that both Deployments are scaled to in turn, after three each."""
    notice: int
    """Seconds after which a new backend must have its share of the requests."""
    counted: int
    """The approximate number of requests counted then."""
    even: float
    """Largest deviation of a share from the mean, as a part of it. Chance alone, with ten requests per connection to
    three pods, has a standard deviation of sqrt(2 * 10 / counted): 4 % of 12,000, 13 % of 1200."""
    deployment: dict[str, Any]
    """Fields of both Deployments that replace ours."""
    probes: dict[str, Any]
    """Fields of their containers that replace the specification's."""


WHOLE = Length(
    rollouts=10,
    requests=30_000,
    rate=6,
    outage=60.0,
    replicas=(10, 2),
    notice=30,
    counted=12_000,
    even=0.2,
    deployment={},
    probes={},
)
SHORT = Length(
    rollouts=1,
    requests=400,
    rate=3,
    outage=4.0,
    replicas=(2,),
    notice=3,
    counted=1200,
    even=0.5,
    deployment={"minReadySeconds": 0},
    probes={
        # five, because a busy pod must have as long to answer as with the specification's: 15 s, at 3 s per probe
        "readinessProbe": {"initialDelaySeconds": 1, "periodSeconds": 1, "failureThreshold": 5},
        "livenessProbe": {"periodSeconds": 3},
    },
)
LENGTH = WHOLE if os.environ.get("PROVE") == "whole" else SHORT
