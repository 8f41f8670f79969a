"""The environment for our tools: our kubeconfig, minikube profile and PATH."""

import os

from dev.base import paths
from dev.base.versions import versions


def environment() -> dict[str, str]:
    """The caller's environment, overridden by ours."""
    return {**os.environ, **ours()}


def ours() -> dict[str, str]:
    """Only what we set. `.envrc` and the dev container set the same; a test compares them."""
    return {
        "PATH": f"{paths.BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "KUBECONFIG": str(paths.KUBECONFIG),
        "MINIKUBE_HOME": str(paths.MINIKUBE_HOME),
        "MINIKUBE_PROFILE": versions()["MINIKUBE_PROFILE"],
        "MINIKUBE_IN_STYLE": "false",
        "MINIKUBE_WANTUPDATENOTIFICATION": "false",
    }
