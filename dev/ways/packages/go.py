"""Builds the Go programs of the toolchain from their modules, with the ordinary Go client and go.sum's checks."""

import json
import os
import re
import shutil
from pathlib import Path

from dev.base import command, paths
from dev.base.failure import Failure
from dev.base.versions import versions

OPTIONS = ("-trimpath", "-gcflags=all=-dwarf=false")  # no debug information: a smaller cache, a quicker link


def environment(*, cgo: bool) -> dict[str, str]:
    """Own module and build caches, so that they can be removed afterwards without touching the user's."""
    return {
        **os.environ,
        "GOMODCACHE": str(paths.BUILD / "go-modules"),
        "GOCACHE": str(paths.BUILD / "go-build"),
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "1" if cgo else "0",
    }


def build(
    module: str,
    package: str,
    target: Path,
    log: Path,
    *,
    variables: dict[str, str] | None = None,
    cgo: bool = False,
    tags: str = "",
    modfile: Path | None = None,
) -> None:
    """Build `package` of toolchain/`module` into `target`, without debug information."""
    linker = " ".join(["-s -w", *(f"-X {name}={value}" for name, value in (variables or {}).items())])
    options = [*OPTIONS, f"-ldflags={linker}"]
    options += [f"-tags={tags}"] if tags else []
    options += [f"-modfile={modfile}"] if modfile else []
    command.run(
        ["go", "build", *options, "-o", target, package],
        log,
        cwd=paths.TOOLCHAIN / module,
        env=environment(cgo=cgo),
    )


def source(module: str, path: str) -> Path:
    """The folder of the module `path`, which toolchain/`module` requires, downloaded and verified."""
    said = command.output(
        ["go", "mod", "download", "-json", path], cwd=paths.TOOLCHAIN / module, env=environment(cgo=False)
    )
    return Path(json.loads(said)["Dir"])


def check() -> None:
    """Raise Failure without the Go version that the modules require."""
    if not shutil.which("go"):
        raise Failure(
            "the packages way builds the tools with Go, and there is no `go`", "install Go " + _minimum()
        )
    found = re.search(r"go(\d+)\.(\d+)", command.output(["go", "env", "GOVERSION"]))
    if not found or (int(found[1]), int(found[2])) < tuple(map(int, _minimum().split("."))):
        raise Failure(f"Go is older than {_minimum()}", "install Go " + _minimum() + " or newer")


def _minimum() -> str:
    return versions()["GO_MINIMUM"]
