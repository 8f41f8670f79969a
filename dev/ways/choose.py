"""Chooses between the two ways to the tools, makes them ready in .dev/bin and remembers what came of it."""

import concurrent.futures
import json
import os
import shutil
import urllib.error
import urllib.request
from pathlib import Path

from dev.base import paths
from dev.base.failure import Failure
from dev.env import dotenv
from dev.ways import release
from dev.ways.packages import plan

WAYS = ("release", "packages")
PROBE_TIMEOUT = 4  # seconds
PROBES = (
    "https://dl.k8s.io/",
    "https://github.com/",
    "https://registry.k8s.io/v2/",
    "https://registry-1.docker.io/v2/",
)
APP_IMAGES = {"python": "python-image", "node": "nodejs-image", "postgres": "postgres-image"}


def choose(forced: str = "") -> tuple[str, str]:
    """The way and the reason for it. TODO_TOOLS forces one; an earlier choice of this checkout stays."""
    forced = forced or os.environ.get("TODO_TOOLS", "") or dotenv.load().get("TODO_TOOLS", "")
    if forced:
        if forced not in WAYS:
            raise Failure(
                "TODO_TOOLS is neither release nor packages", "unset TODO_TOOLS to have it chosen for you"
            )
        return forced, "TODO_TOOLS says so"
    earlier = state().get("source")
    if earlier in WAYS:
        return earlier, "as at the last run"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        silent = [url for url, answers in zip(PROBES, pool.map(_answers, PROBES), strict=True) if not answers]
    if silent:
        return "packages", f"{silent[0]} does not answer"
    return "release", "release sites and image registries answer"


def ensure(forced: str = "") -> dict[str, Path]:
    """Make the tools ready; their paths by step name. One line of output says which way and why."""
    way, reason = choose(forced)
    print(f"tools: {way} ({reason})", flush=True)
    results = release.make() if way == "release" else plan.make()
    programs = {
        name: results.get(f"{name}-release") or results[{"kubectl": "kubernetes"}.get(name, name)]
        for name in ("kubectl", "minikube", "tilt")
    }
    _link(programs)
    _remember(way, results)
    return results


def state() -> dict[str, object]:
    """What the last run noted: {"source": …, "images": {…}}; empty before the first."""
    file = paths.STATE / "tools.json"
    return json.loads(file.read_text()) if file.exists() else {}


def forget() -> None:
    """Let the next run choose the way anew."""
    (paths.STATE / "tools.json").unlink(missing_ok=True)


def image_tag(result: Path) -> str:
    """`local/todo-python:1a2b3c` for the result `python-image-1a2b3c`."""
    name, _, key = result.name.rpartition("-")
    return f"local/todo-{name.removesuffix('-image')}:{key}"


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=PROBE_TIMEOUT).close()
    except urllib.error.HTTPError as error:
        return error.code in (401, 404)  # a registry asks for a token, a release site for a path
    except OSError:
        return False
    return True


def _link(programs: dict[str, Path]) -> None:
    paths.BIN.mkdir(parents=True, exist_ok=True)
    for name, program in programs.items():
        new = paths.BIN / f".{name}"
        new.unlink(missing_ok=True)
        new.symlink_to(program)
        os.replace(new, paths.BIN / name)
    if not all(shutil.which(str(paths.BIN / name)) for name in programs):
        raise Failure(f"a tool in {paths.BIN} can't be run", "make nuke, then make up")


def _remember(way: str, results: dict[str, Path]) -> None:
    images = {name: image_tag(results[step]) for name, step in APP_IMAGES.items() if step in results}
    paths.STATE.mkdir(parents=True, exist_ok=True)
    new = paths.STATE / "tools.json.new"
    new.write_text(json.dumps({"source": way, "images": images}, indent=1))
    os.replace(new, paths.STATE / "tools.json")
