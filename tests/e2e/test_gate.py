"""`tilt ci` is a gate: it fails when a pod does not become ready."""

import subprocess
from pathlib import Path

from tests.support import world


def test_tilt_ci_fails_when_the_backend_never_gets_ready(tmp_path: Path) -> None:
    broken = world.copy_checkout(tmp_path / "todo")
    world.tilt_down(broken)  # otherwise healthy pods of an earlier run would stay next to the broken ones
    main = broken / "api" / "app" / "main.py"
    main.write_text(main.read_text() + "\nraise RuntimeError('broken on purpose')\n")
    tiltfile = broken / "Tiltfile"
    patient = "readiness_timeout='4m'"
    assert patient in tiltfile.read_text()
    tiltfile.write_text(tiltfile.read_text().replace(patient, "readiness_timeout='30s'"))
    done = subprocess.run(
        ["tilt", "ci", "api"],
        cwd=broken,
        env=world.ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert done.returncode != 0, done.stdout[-3000:]
    assert "broken on purpose" in done.stdout
    assert not [pod for pod in world.pods("todo-backend") if world.ready(pod)]
