"""Chooses one of the two ways to the tools, links the tools into .dev/bin and remembers the choice."""

import concurrent.futures
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from dev.base import paths
from dev.base.failure import Failure
from dev.env import dotenv
from dev.ways.packages.way import Packages
from dev.ways.release import Release
from dev.ways.way import Way

WAYS: dict[str, type[Release] | type[Packages]] = {"release": Release, "packages": Packages}
PROBE_TIMEOUT = 4  # seconds
PROBES = (
    "https://dl.k8s.io/",
    "https://github.com/",
    "https://registry.k8s.io/v2/",
    "https://registry-1.docker.io/v2/",
)


def choose(forced: str = "") -> tuple[Way, str]:
    """The way and the reason for it. TODO_TOOLS forces one; an earlier choice of this checkout stays."""
    forced = forced or os.environ.get("TODO_TOOLS", "") or dotenv.load().get("TODO_TOOLS", "")
    if forced:
        if forced not in WAYS:
            remedy = "unset TODO_TOOLS to have it chosen for you"
            raise Failure("TODO_TOOLS is neither release nor packages", remedy)
        return WAYS[forced](), "TODO_TOOLS says so"
    earlier = str(state().get("way"))
    if earlier in WAYS:
        return WAYS[earlier](), "as in the last run"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        silent = [url for url, answers in zip(PROBES, pool.map(_answers, PROBES), strict=True) if not answers]
    if silent:
        return Packages(), f"{silent[0]} does not answer"
    return Release(), "release sites and image registries answer"


def ensure() -> Way:
    """Fetch or build what is missing, and link the tools. One line of output reports the way and the reason."""
    way, reason = choose()
    print(f"tools: {way.name} ({reason})", flush=True)
    _link(way.tools())
    _remember(way)
    return way


def state() -> dict[str, object]:
    """The last run's choice: {"way": …, "images": {…}}. Empty before the first run."""
    file = paths.STATE / "tools.json"
    return json.loads(file.read_text()) if file.exists() else {}


def forget() -> None:
    """Let the next run choose the way again."""
    (paths.STATE / "tools.json").unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=PROBE_TIMEOUT).close()
    except urllib.error.HTTPError as error:
        return error.code in (401, 404)  # a registry asks for a token, a release site for a path
    except OSError:
        return False
    return True


def _link(programs: Mapping[str, Path]) -> None:
    paths.BIN.mkdir(parents=True, exist_ok=True)
    for name, program in programs.items():
        new = paths.BIN / f".{name}"
        new.unlink(missing_ok=True)
        new.symlink_to(program)
        os.replace(new, paths.BIN / name)
    if not all(shutil.which(str(paths.BIN / name)) for name in programs):
        raise Failure(f"a tool in {paths.BIN} can't be run", "make nuke, then make up")


def _remember(way: Way) -> None:
    paths.STATE.mkdir(parents=True, exist_ok=True)
    new = paths.STATE / "tools.json.new"
    new.write_text(json.dumps({"way": way.name, "images": dict(way.app_images())}, indent=1))
    os.replace(new, paths.STATE / "tools.json")
