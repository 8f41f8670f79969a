"""Builds Tilt with its dashboard: the web UI by npm's yarn, then the Go program with the result inside."""

import os
import shutil
from pathlib import Path

from dev.base import command, paths
from dev.base.versions import versions
from dev.ways.packages import go

MODULE = "github.com/tilt-dev/tilt"


def web(target: Path, log: Path, _results: dict[str, Path]) -> None:
    """Build the dashboard's static files into the folder `target`."""
    work = paths.BUILD / "tilt-web"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(go.source("tilt", MODULE) / "web", work)
    work.chmod(0o755)
    settings = work / ".yarnrc.yml"
    lines = settings.read_text().splitlines()
    settings.chmod(0o644)
    settings.write_text("\n".join(line for line in lines if not line.startswith("yarnPath:")) + "\n")
    yarn: list[str | Path] = ["node", _yarn(log)]
    environment = {**os.environ, **_yarn_settings()}
    command.run([*yarn, "install", "--immutable"], log, cwd=work, env=environment)
    command.run(
        [*yarn, "build"], log, cwd=work, env={**environment, "CI": "true", "GENERATE_SOURCEMAP": "false"}
    )
    shutil.copytree(work / "build", target)
    shutil.rmtree(work)


def program(target: Path, log: Path, results: dict[str, Path]) -> None:
    """Build `tilt`, from a copy of its module that holds the dashboard: files in the module cache can't be replaced."""
    work = paths.BUILD / "tilt"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(go.source("tilt", MODULE), work, ignore=shutil.ignore_patterns("web/src", "integration"))
    command.run(["chmod", "-R", "u+w", work], log)
    shutil.copytree(results["tilt-web"], work / "pkg" / "assets" / "build", dirs_exist_ok=True)
    modfile = paths.BUILD / "tilt.mod"
    shutil.copy(paths.TOOLCHAIN / "tilt" / "go.mod", modfile)
    shutil.copy(paths.TOOLCHAIN / "tilt" / "go.sum", modfile.with_suffix(".sum"))
    command.run(["go", "mod", "edit", f"-replace={MODULE}={work}", modfile], log)
    pins = versions()
    # without a date, Tilt calls itself a development build
    variables = {"main.version": pins["TILT_VERSION"], "main.date": pins["TILT_DATE"]}
    go.build(
        "tilt",
        f"{MODULE}/cmd/tilt",
        target,
        log,
        variables=variables,
        cgo=True,
        tags="osusergo",
        modfile=modfile,
    )
    shutil.rmtree(work)


def _yarn(log: Path) -> Path:
    folder = paths.BUILD / "yarn"
    folder.mkdir(parents=True, exist_ok=True)
    package = f"@yarnpkg/cli-dist@{versions()['YARN_VERSION']}"
    command.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, package], log)
    return folder / "node_modules" / "@yarnpkg" / "cli-dist" / "bin" / "yarn.js"


def _yarn_settings() -> dict[str, str]:
    """Yarn takes the registry and the certificate authority that npm is set to."""
    settings = {
        "YARN_ENABLE_TELEMETRY": "0",
        "YARN_NPM_REGISTRY_SERVER": command.output(["npm", "config", "get", "registry"]).rstrip("/"),
    }
    authority = command.output(["npm", "config", "get", "cafile"])
    if authority not in ("", "null", "undefined"):
        settings["YARN_HTTPS_CA_FILE_PATH"] = authority
    return settings
