"""Evaluates the Tiltfile in a copy of the checkout, with the test's own `.env` and kubeconfig.

No cluster is contacted. The kubeconfig names the right context and an address where nothing listens.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from dev.base import paths
from dev.base.versions import versions

SOURCES = (
    "Tiltfile",
    "services.toml",
    ".tiltignore",
    "dev",
    "k8s",
    "deploy",
    "standins",
    "devcontainer/versions.env",
    "api",
    "ui",
)
NOT_COPIED = shutil.ignore_patterns("node_modules", ".next", "__pycache__", "toolchain", "*_cache")
KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: {context}
clusters: [{{name: {context}, cluster: {{server: "https://127.0.0.1:1"}}}}]
users: [{{name: nobody, user: {{token: none}}}}]
contexts: [{{name: {context}, context: {{cluster: {context}, user: nobody, namespace: default}}}}]
"""


class Checkout:
    """A copy of what `tilt` reads, for one test to change."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        for source in SOURCES:
            place = self.root / source
            place.parent.mkdir(parents=True, exist_ok=True)
            if (paths.ROOT / source).is_dir():
                shutil.copytree(paths.ROOT / source, place, ignore=NOT_COPIED)
            else:
                shutil.copy(paths.ROOT / source, place)
        self.programs = folder / "bin"  # a test may put its own programs here
        self.programs.mkdir()
        self.use_context(versions()["MINIKUBE_PROFILE"])

    def use_context(self, name: str) -> None:
        (self.root / "kubeconfig").write_text(KUBECONFIG.format(context=name))

    def write_env(self, text: str) -> None:
        (self.root / ".env").write_text(text)

    def tilt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the pinned tilt to its end."""
        search = [self.programs, paths.BIN, os.environ["PATH"]]
        env = {
            "PATH": os.pathsep.join(str(folder) for folder in search),
            "HOME": str(self.root),  # ignore the user's analytics and snapshot settings
            "KUBECONFIG": str(self.root / "kubeconfig"),
        }
        command = ["tilt", *arguments]
        return subprocess.run(
            command, cwd=self.root, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    def result(self, *arguments: str) -> "Result":
        """Tilt's plan. If the Tiltfile does not evaluate, the test fails with Tilt's output."""
        done = self.tilt("alpha", "tiltfile-result", "--verbose", "--", *arguments)
        assert done.returncode == 0, done.stderr
        return Result(json.loads(done.stdout), done.stderr)


class Result:
    """Tilt's answer by resource name, and what it logged meanwhile."""

    def __init__(self, raw: dict[str, Any], log: str) -> None:
        self.raw = raw
        self.log = log
        self.resources: dict[str, dict[str, Any]] = {each["Name"]: each for each in raw["Manifests"]}

    def image(self, resource: str) -> dict[str, Any]:
        """The only image of a resource."""
        (image,) = self.resources[resource]["ImageTargets"]
        found: dict[str, Any] = image
        return found

    def labels(self) -> dict[str, list[str]]:
        """Resources in Tilt's order, by label."""
        found: dict[str, list[str]] = {}
        for name, resource in self.resources.items():
            for label in resource["Labels"]:
                found.setdefault(label, []).append(name)
        return found
