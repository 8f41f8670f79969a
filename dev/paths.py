"""Where things are: in the checkout, and outside of it what several checkouts share."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLCHAIN = ROOT / "devcontainer" / "toolchain"
VERSIONS = ROOT / "devcontainer" / "versions.env"

# in the checkout, ignored by git
DEV = ROOT / ".dev"
BIN = DEV / "bin"
STATE = DEV / "state"
KUBECONFIG = DEV / "kubeconfig"

# outside: survives a fresh clone
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todo-dev"
TOOLS = CACHE / "tools"
BUILD = CACHE / "build"
LOGS = CACHE / "logs"
MINIKUBE_HOME = CACHE / "minikube"  # minikube adds .minikube to it


def environment() -> dict[str, str]:
    """What every tool of ours runs with."""
    return {**os.environ, **ours()}


def ours() -> dict[str, str]:
    """Our own kubeconfig, minikube profile and PATH. `.envrc` and the dev container set the same: a test compares."""
    from dev.versions import versions

    return {
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "KUBECONFIG": str(KUBECONFIG),
        "MINIKUBE_HOME": str(MINIKUBE_HOME),
        "MINIKUBE_PROFILE": versions()["MINIKUBE_PROFILE"],
        "MINIKUBE_IN_STYLE": "false",
        "MINIKUBE_WANTUPDATENOTIFICATION": "false",
    }
