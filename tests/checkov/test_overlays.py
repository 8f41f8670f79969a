"""checkov, an independent reader of manifests, on both overlays. What it may find is listed here with a reason."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dev.base import paths
from tests.manifests.render import rendered

PROGRAMS = Path(__file__).parent / ".venv" / "bin"
# By its interpreter: the first line of the script can't name one whose path has a space.
CHECKOV = (PROGRAMS / "python", PROGRAMS / "checkov")
NAMESPACE = "the specification's commands carry no namespace; in production, apply into one of your choice"
ENVIRONMENT = "the specification injects the Secret as environment variables (NFR-2)"
LATEST = "the specification's image names; Tilt replaces them by immutable tags"
BOTH = {"CKV_K8S_21": NAMESPACE, "CKV_K8S_35": ENVIRONMENT}
ACCEPTED = {
    "deploy/overlays/prod": BOTH,
    "deploy/overlays/dev": BOTH
    | {
        "CKV_K8S_14": LATEST,
        "CKV_K8S_43": LATEST,
        "CKV_K8S_15": "images are built in the node; there is nothing to pull",
        "CKV_K8S_22": "live update writes into /app; production adds deploy/components/read-only-root",
    },
}


def findings(manifest: str, folder: Path) -> set[str]:
    """The checks that fail. checkov asks no server for more."""
    (folder / "manifest.yaml").write_text(manifest)
    options = ["--framework", "kubernetes", "--skip-download", "--quiet", "--output", "json"]
    done = subprocess.run(
        [*CHECKOV, *options, "--file", folder / "manifest.yaml"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 0
    return {check["check_id"] for check in report["results"]["failed_checks"]}


@pytest.mark.parametrize("overlay", ACCEPTED)
def test_nothing_but_what_has_a_reason(overlay: str, tmp_path: Path) -> None:
    assert findings(rendered(overlay), tmp_path) == set(ACCEPTED[overlay])


def test_it_notices_a_privileged_container(tmp_path: Path) -> None:
    manifest = (paths.ROOT / "k8s/backend-deployment.yaml").read_text()
    worse = manifest.replace("allowPrivilegeEscalation: false", "privileged: true")
    assert worse != manifest
    assert {"CKV_K8S_16", "CKV_K8S_20"} <= findings(worse, tmp_path)
