"""Paths in the checkout, and paths outside it that several checkouts share."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLCHAIN = ROOT / "toolchain"
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
