"""The commands behind the dashboard's buttons, on the running application."""

import json
import re
import subprocess
from pathlib import Path

from tests.support import world
from tests.support.waiting import until

CACHE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cache, labels: {app.kubernetes.io/part-of: todo}}
spec:
  selector: {matchLabels: {app: cache}}
  template:
    metadata: {labels: {app: cache}}
    spec:
      containers: [{name: cache, image: redis:7-alpine}]
"""


def day(tilt: world.Tilt, *words: str) -> str:
    done = subprocess.run(
        ["python3", "-m", "dev", "day", *words],
        env=world.ENVIRONMENT, cwd=tilt.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tasks(token: str) -> int:
    status, page = world.http(f"{world.APP}/api/v1/tasks?limit=100", token=token)
    assert status == 200, page
    return len(page["items"])


def login(seeded: str) -> dict[str, str]:
    found = re.search(r"as (\S+) with (\S+)", seeded)
    assert found
    return {"email": found[1], "password": found[2]}


def log_in(seeded: str) -> str:
    status, session = world.http(f"{world.APP}/api/v1/auth/login", body=login(seeded))
    assert status == 200, session
    return str(session["access_token"])


def test_seed_prints_a_login_with_that_many_tasks(tilt: world.Tilt) -> None:
    assert tasks(log_in(day(tilt, "seed", "20"))) == 20


def test_a_fresh_token_is_valid_each_time(tilt: world.Tilt) -> None:
    for _ in range(2):
        assert tasks(day(tilt, "token").splitlines()[-1]) == 0


def test_a_snapshot_is_restored_after_the_database_was_emptied(tilt: world.Tilt) -> None:
    seeded = day(tilt, "seed", "10")
    day(tilt, "snapshot", "ten")
    assert "the database is empty" in day(tilt, "empty")
    assert world.http(f"{world.APP}/api/v1/auth/login", body=login(seeded))[0] == 401
    day(tilt, "restore", "ten")
    assert tasks(log_in(seeded)) == 10
    assert (tilt.folder / ".dev/snapshots/ten.dump").stat().st_mode & 0o77 == 0


def test_data_outlive_the_databases_pod(tilt: world.Tilt) -> None:
    seeded = day(tilt, "seed", "10")
    space = ("--namespace", "todo-standins")
    world.kubectl("delete", "pod", *space, "-l", "app=postgres")
    world.kubectl("rollout", "status", *space, "deployment/postgres", "--timeout=60s")
    until(lambda: world.http(f"{world.APP}/api/v1/auth/login", body=login(seeded))[0] == 200, timeout=30)
    assert tasks(log_in(seeded)) == 10


def test_migrate_reports_the_revision(tilt: world.Tilt) -> None:
    lines = day(tilt, "migrate").splitlines()
    assert json.loads(lines[-1])["message"].startswith("the schema is at revision ")


def test_a_new_migration_arrives_in_the_folder(tilt: world.Tilt) -> None:
    written = day(tilt, "new-migration", "nothing yet")
    found = re.search(r"wrote (\S+):", written)
    assert found
    file = Path(tilt.folder, found[1])
    try:
        assert file.name.endswith("_nothing_yet.py")
        assert "def upgrade() -> None:\n    # ### commands auto generated" in file.read_text()
    finally:
        file.unlink()


def test_a_profile_is_a_page(tilt: world.Tilt) -> None:
    assert "Open file://" in day(tilt, "profile")
    assert "<!doctype html>" in (tilt.folder / ".dev/profile.html").read_text()


def test_a_refused_pod_is_explained_in_the_log_of_its_resource(tilt: world.Tilt) -> None:
    kustomization = tilt.folder / "k8s/Kustomization"
    before = kustomization.read_text()
    manifest = tilt.folder / "k8s/cache.yaml"
    try:
        manifest.write_text(CACHE)
        kustomization.write_text(
            before.replace("- frontend-service.yaml", "- frontend-service.yaml\n  - cache.yaml")
        )
        explained = r"cache │ Kubernetes refuses the pods: .*PodSecurity.*Remedy: copy the securityContext"
        until(lambda: re.search(explained, tilt.said()), timeout=60, what="the reason")
    finally:
        kustomization.write_text(before)
        manifest.unlink()
        world.kubectl("delete", "deployment", "cache", "--ignore-not-found")
    until(lambda: "cache" not in tilt.resources(), timeout=60, what="the resource to vanish")
