"""Arguments of `tilt up`, and the buttons that change them."""

from typing import Any

import pytest
import yaml

from tests.tiltfile.evaluation import Checkout, Result

TESTS = {"api-tests", "ui-tests", "ui-lint", "python-lint", "manifests-tests"}


def deployment(result: Result, resource: str) -> dict[str, Any]:
    objects = yaml.safe_load_all(result.resources[resource]["DeployTarget"]["yaml"])
    (found,) = [each for each in objects if each["kind"] == "Deployment"]
    spec: dict[str, Any] = found["spec"]
    return spec


def ports(result: Result, resource: str) -> list[int]:
    forwards = result.resources[resource]["DeployTarget"]["portForwardTemplateSpec"]["forwards"]
    return [each["localPort"] for each in forwards]


def command(result: Result, button: str) -> str:
    objects = {kind.partition("Resource=")[2]: found for kind, found in result.raw["ObjectSet"].items()}
    words: list[str] = objects["cmds"][button]["spec"]["args"]
    return words[2]


def test_debug_leaves_one_pod_with_a_forwarded_debugger(checkout: Checkout, plain: Result) -> None:
    result = checkout.result("--debug", "api", "--debug", "ui")
    for resource, port in (("api", 5678), ("ui", 9229)):
        spec = deployment(result, resource)
        (container,) = spec["template"]["spec"]["containers"]
        assert spec["replicas"] == 1
        assert {"name": "DEBUG_PORT", "value": str(port)} in container["env"]
        assert port in ports(result, resource)
        assert deployment(plain, resource)["replicas"] == 2
        assert port not in ports(plain, resource)
    assert container["command"][-2:] == ["--inspect", "9229"]


def test_the_button_debug_keeps_the_other_arguments_and_turns_into_stop(
    checkout: Checkout, plain: Result
) -> None:
    assert command(plain, "api-debug") == "tilt args --port 10350 -- --debug api"
    result = checkout.result("--debug", "api", "--replicas", "3")
    assert command(result, "ui-debug") == "tilt args --port 10350 -- --replicas 3 --debug api --debug ui"
    assert command(result, "api-stop-debugging") == "tilt args --port 10350 -- --replicas 3"
    assert (
        command(checkout.result("--debug", "api"), "api-stop-debugging") == "tilt args --port 10350 --clear"
    )


def test_replicas(checkout: Checkout) -> None:
    result = checkout.result("--replicas", "1")
    assert [deployment(result, name)["replicas"] for name in ("api", "ui")] == [1, 1]


@pytest.mark.parametrize(
    ("name", "enabled"), [("api", {"api", "database", "assistant", "standins"}), ("ui", {"ui"})]
)
def test_only_one_service_with_what_it_needs(checkout: Checkout, name: str, enabled: set[str]) -> None:
    assert set(checkout.result("--only", name).raw["EnabledManifests"]) == enabled


def test_resources_can_be_named_as_in_tilt_ci(checkout: Checkout) -> None:
    assert set(checkout.result("api", "ui").raw["EnabledManifests"]) >= {"api", "ui"}
    assert "bench" not in checkout.result("api", "ui").raw["EnabledManifests"]


def test_no_tests(checkout: Checkout) -> None:
    assert not TESTS & set(checkout.result("--no-tests").resources)


@pytest.mark.parametrize("wrong", [("--debug", "database"), ("--only", "x"), ("--replicas", "many")])
def test_a_wrong_argument_is_explained(checkout: Checkout, wrong: tuple[str, str]) -> None:
    done = checkout.tilt("alpha", "tiltfile-result", "--", *wrong)
    assert done.returncode != 0
    assert f'not "{wrong[1]}"' in done.stderr


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("api-seed", 'day seed "$TASKS"'),
        ("api-migrate", "day migrate"),
        ("api-new-migration", 'day new-migration "$WHAT"'),
        ("api-copy-a-fresh-token", "day token"),
        ("api-profile", "day profile"),
        ("api-shell", "exec -it deployment/backend-deployment -c backend -- sh"),
        ("ui-shell", "exec -it deployment/frontend-deployment -c frontend -- sh"),
        ("database-snapshot", 'day snapshot "$NAME"'),
        ("database-restore", 'day restore "$NAME"'),
        ("database-psql", "exec -it --namespace todo-standins deployment/postgres -- psql"),
    ],
)
def test_the_buttons_of_a_day(plain: Result, button: str, words: str) -> None:
    found = command(plain, button)
    assert found.endswith(words) or found.endswith(f"{words}'")
    assert found.startswith(("python3 -m dev ", "echo "))
