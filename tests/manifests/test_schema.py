"""Every object is valid for our Kubernetes version, has no misspelt field, and can be applied unchanged."""

import kubernetes_validate
import pytest
import yaml

from dev.base.versions import versions
from tests.manifests.render import OVERLAYS, PLAIN, ROOT, documents

VERSION = ".".join(versions()["KUBERNETES_VERSION"].split(".")[:2])
PLACES = [*OVERLAYS, *PLAIN]


@pytest.mark.parametrize("place", PLACES)
def test_strict_schema(place: str) -> None:
    found = documents(place)
    assert found
    for document in found:
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_the_check_notices_a_misspelt_field() -> None:
    (document,) = documents("k8s/backend-deployment.yaml")
    container = document["spec"]["template"]["spec"]["containers"][0]
    container["livnessProbe"] = container.pop("livenessProbe")
    with pytest.raises(kubernetes_validate.ValidationError, match="livnessProbe"):
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_the_folder_applies_without_kustomize() -> None:
    """`kubectl apply -f k8s/` takes every .yaml, .yml and .json file right in the folder for an object."""
    files = [file for file in (ROOT / "k8s").iterdir() if file.suffix in {".yaml", ".yml", ".json"}]
    assert {file.name for file in files} == {
        "backend-deployment.yaml",
        "backend-service.yaml",
        "frontend-deployment.yaml",
        "frontend-service.yaml",
    }
    listed = yaml.safe_load((ROOT / "k8s/Kustomization").read_text())["resources"]
    assert listed == sorted(file.name for file in files)
    assert not any(
        "kustomize" in document["apiVersion"] for file in files for document in documents(f"k8s/{file.name}")
    )
