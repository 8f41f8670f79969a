"""Everything that `tilt up` would build, deploy, show and run."""

import json
import re

import yaml

from dev.base import paths
from dev.commands import suites
from tests.tiltfile.evaluation import Checkout, Result

# Tilt's numbers for trigger_mode and auto_init taken together
AUTO, MANUAL, ON_SAVE = 0, 2, 3

TESTS = ["api-tests", "ui-tests", "ui-lint", "python-lint", "manifests-tests"]


def test_resources_are_grouped_by_numbered_labels(plain: Result) -> None:
    assert plain.labels() == {
        "1-app": ["api", "ui", "sync", "synced"],
        "4-standins": ["database", "assistant", "standins"],
        "2-tests": [*TESTS, "all-pods-ready"],
        "3-tools": ["bench"],
    }
    assert len(plain.raw["EnabledManifests"]) == len(plain.resources)


def test_the_api_starts_after_its_stand_ins(plain: Result) -> None:
    assert plain.resources["api"]["ResourceDependencies"] == ["database", "assistant"]
    for stand_in in ("database", "assistant"):
        assert plain.resources[stand_in]["ResourceDependencies"] == ["standins"]  # the namespace


def test_every_object_belongs_to_a_resource_with_a_name(plain: Result) -> None:
    """Tilt shows any other object as "uncategorized", and applies it in no particular order."""
    found = {
        name: [f"{each['kind']}/{each['metadata']['name']}" for each in yaml.safe_load_all(deployed["yaml"])]
        for name, deployed in ((name, each["DeployTarget"]) for name, each in plain.resources.items())
        if "yaml" in deployed
    }
    assert {name: sorted(objects) for name, objects in found.items()} == {
        "api": [
            "ConfigMap/backend-machine",
            "Deployment/backend-deployment",
            "NetworkPolicy/backend",
            "NetworkPolicy/backend-to-private-database",
            "Secret/todo-secrets",
            "Service/backend-service",
        ],
        "ui": [
            "ConfigMap/frontend-machine",
            "Deployment/frontend-deployment",
            "NetworkPolicy/frontend",
            "Service/frontend-service",
        ],
        "standins": ["Namespace/todo-standins", "NetworkPolicy/backend-to-standins"],
        "database": [
            "Deployment/postgres",
            "NetworkPolicy/postgres",
            "PersistentVolume/postgres",
            "PersistentVolumeClaim/postgres",
            "Secret/postgres",
            "Service/postgres",
        ],
        "assistant": ["Deployment/groq", "NetworkPolicy/groq", "Service/groq"],
    }


def test_port_forwards_have_names_and_swagger_its_path(plain: Result) -> None:
    forwards = {
        name: plain.resources[name]["DeployTarget"]["portForwardTemplateSpec"]["forwards"]
        for name in ("api", "ui")
    }
    (api,), (ui,) = forwards["api"], forwards["ui"]
    assert (api["localPort"], api["containerPort"], api["path"]) == (8000, 8000, "docs")
    assert (ui["localPort"], ui["containerPort"]) == (3000, 3000)
    assert "Swagger" in api["name"]
    assert "Todo" in ui["name"]


def test_the_node_port_is_linked(plain: Result) -> None:
    (link,) = plain.resources["ui"]["DeployTarget"]["Links"]
    assert (link["URL"]["Scheme"], link["URL"]["Host"], link["Name"]) == ("http", "localhost:30080", "Todo")


def test_ports_of_env_are_used(checkout: Checkout) -> None:
    checkout.write_env("UI_PORT=3001\nAPI_PORT=8001\n")
    resources = checkout.result().resources
    for name, port in (("ui", 3001), ("api", 8001)):
        (forward,) = resources[name]["DeployTarget"]["portForwardTemplateSpec"]["forwards"]
        assert forward["localPort"] == port


def test_images_are_the_dev_targets_and_update_live(plain: Result) -> None:
    for resource, folders in {
        "api": {"api/app": "/tmp/tilt/app"},
        "ui": {"ui/src": "/tmp/tilt/src"},
        "assistant": {"standins/groq/standin": "/tmp/tilt/standin"},
    }.items():
        image = plain.image(resource)
        assert resource == "assistant" or image["BuildDetails"]["target"] == "dev"
        synced = {each["localPath"]: each["containerPath"] for each in image["LiveUpdateSpec"]["syncs"]}
        assert folders.items() <= synced.items()
        assert "execs" not in image["LiveUpdateSpec"]  # each would cost a round trip per pod
    assert "api/requirements.txt" in plain.image("api")["LiveUpdateSpec"]["stopPaths"]
    assert "api/migrations" in plain.image("api")["LiveUpdateSpec"]["stopPaths"]
    assert {"ui/package.json", "ui/package-lock.json"} <= set(
        plain.image("ui")["LiveUpdateSpec"]["stopPaths"]
    )


def test_tests_and_documents_are_outside_of_every_build(plain: Result) -> None:
    """A build context lists its files, so an unlisted file cannot start a build."""
    for resource, listed in {
        "api": {"requirements.txt", "app", "migrations", "devserver"},
        "ui": {"package.json", "package-lock.json", "next.config.ts", "src", "public", "server"},
        "database": {"entrypoint.sh"},
        "assistant": {"standin"},
    }.items():
        ignores = [each for each in plain.image(resource)["FileWatchIgnores"] if "patterns" in each]
        patterns = [pattern for each in ignores for pattern in each["patterns"]]
        assert patterns[0] == "*"
        inside = {pattern.removeprefix("!").rstrip("/") for pattern in patterns if pattern.startswith("!")}
        assert listed <= inside
        assert not inside & {"tests", "README.md", "node_modules", ".next", ".env"}


def test_a_comment_in_a_dockerfile_or_ignore_file_builds_nothing(checkout: Checkout) -> None:
    """Tilt builds an image again when its plan changes. An instruction changes it, which is the control."""

    def plans() -> dict[str, str]:
        result = checkout.result()
        return {name: json.dumps(result.image(name), sort_keys=True) for name in ("api", "ui", "database")}

    before = plans()
    for folder in ("api", "ui", "standins/postgres"):
        for name in ("Dockerfile", ".dockerignore"):
            file = checkout.root / folder / name
            file.write_text("# a new first line\n\n" + file.read_text() + "\n# and a last one\n")
    assert plans() == before
    file = checkout.root / "ui/Dockerfile"
    file.write_text(file.read_text() + "\nUSER 10002\n")
    after = plans()
    assert [name for name in after if after[name] != before[name]] == ["ui"]


def test_base_images_come_from_the_tools(checkout: Checkout) -> None:
    state = checkout.root / ".dev/state"
    state.mkdir(parents=True)
    images = {"python": "local/p:1", "node": "local/n:2", "postgres": "local/d:3"}
    (state / "tools.json").write_text(json.dumps({"way": "packages", "images": images}))
    result = checkout.result()
    assert result.image("api")["BuildDetails"]["args"] == ["PYTHON_IMAGE=local/p:1"]
    assert result.image("ui")["BuildDetails"]["args"] == ["NODE_IMAGE=local/n:2"]
    assert result.image("database")["BuildDetails"]["args"] == ["POSTGRES_IMAGE=local/d:3"]
    assert result.image("assistant")["BuildDetails"]["args"] == ["PYTHON_IMAGE=local/p:1"]


def test_test_resources_run_on_save_and_run_suites_that_exist(plain: Result) -> None:
    known = {suite.name for suite in (*suites.SUITES, suites.AFFECTED)}
    for name in TESTS:
        resource = plain.resources[name]
        command = resource["DeployTarget"]["UpdateCmdSpec"]["args"]
        assert resource["TriggerMode"] == ON_SAVE
        assert resource["DeployTarget"]["AllowParallel"]
        assert command[:7] == ["python3", "-m", "dev", "leisure", "python3", "-m", "dev"]
        assert command[7] == "test"
        assert set(command[8:]) <= known
        assert all(
            (paths.ROOT / dep.partition("/checkout/")[2]).exists() for dep in resource["DeployTarget"]["Deps"]
        )
    assert plain.resources["bench"]["TriggerMode"] == MANUAL
    assert plain.resources["api"]["TriggerMode"] == AUTO


def test_tilt_ci_waits_for_every_replica_and_an_answer(plain: Result) -> None:
    """Tilt alone waits only for each Deployment's newest pod, and kube-proxy may lag behind."""
    resource = plain.resources["all-pods-ready"]
    assert resource["ResourceDependencies"] == ["api", "ui"]
    lines = resource["DeployTarget"]["UpdateCmdSpec"]["args"][2].strip().splitlines()
    waits = "kubectl --context minikube-todo rollout status deployment/{}-deployment --timeout 240s"
    assert [line.strip() for line in lines] == [
        waits.format("backend"),
        waits.format("frontend"),
        "python3 -m dev answers",
    ]


def test_the_fast_lane_runs_beside_live_update_and_only_compares_if_switched_off(
    checkout: Checkout, plain: Result
) -> None:
    dev = ["python3", "-m", "dev"]
    checkout.write_env("SYNC=tilt\n")
    for result, command in ((plain, "sync"), (checkout.result(), "compare")):
        assert result.resources["sync"]["DeployTarget"]["ServeCmd"]["Argv"] == [*dev, command]
        row = result.resources["synced"]["DeployTarget"]
        assert row["UpdateCmdSpec"]["args"] == [*dev, "synced"]
        assert row["ServeCmd"]["Argv"] == [*dev, "sync-alive"]  # red rather than stale
        assert result.image("api")["LiveUpdateSpec"]["syncs"]  # Tilt knows that these files need no image


def test_the_button_asks_before_it_empties_the_database(plain: Result) -> None:
    objects = {kind.partition("Resource=")[2]: found for kind, found in plain.raw["ObjectSet"].items()}
    name = "database-empty-the-database"
    button = objects["uibuttons"][name]
    assert button["spec"]["requiresConfirmation"]
    assert button["spec"]["location"] == {"componentID": "database", "componentType": "Resource"}
    command = objects["cmds"][name]["spec"]
    assert command["startOn"]["uiButtons"] == [name]
    assert command["args"] == ["sh", "-ec", "python3 -m dev day empty"]


def test_files_come_back_from_the_pods_by_a_button_only(plain: Result) -> None:
    objects = {kind.partition("Resource=")[2]: found for kind, found in plain.raw["ObjectSet"].items()}
    for name in ("api", "ui"):
        command = objects["cmds"][f"{name}-copy-back-from-the-pods"]["spec"]
        assert command["args"] == ["sh", "-ec", f"python3 -m dev day copy-back {name}"]
        assert command["startOn"]["uiButtons"] == [f"{name}-copy-back-from-the-pods"]


def test_buttons_make_the_assistants_stand_in_fail_and_work_again(plain: Result) -> None:
    objects = {kind.partition("Resource=")[2]: found for kind, found in plain.raw["ObjectSet"].items()}
    known = (paths.ROOT / "standins/groq/standin/faults.py").read_text()
    (choice,) = objects["uibuttons"]["assistant-fail"]["spec"]["inputs"]
    assert choice["name"] == "FAULT"
    for fault in choice["choice"]["choices"]:
        assert f'    "{fault}": ' in known
    for name, argument in (("assistant-fail", ' "$FAULT"'), ("assistant-work-again", " ")):
        command = objects["cmds"][name]["spec"]["args"]
        pod = "kubectl --context minikube-todo --namespace todo-standins exec deployment/groq"
        assert command == ["sh", "-ec", f"{pod} -- python3 -m standin.switch{argument}"]
        assert not objects["uibuttons"][name]["spec"].get("requiresConfirmation")


def test_nothing_comes_from_the_network_and_it_is_short(checkout: Checkout) -> None:
    text = (checkout.root / "Tiltfile").read_text()
    parts = "".join(file.read_text() for file in (checkout.root / "dev/dashboard").glob("*.tilt"))
    assert not re.search(r"ext://|\bload\(|extension_repo", text + parts)
    assert len(text.splitlines()) < 180
    assert max(len(line) for line in text.splitlines()) <= 110


def test_the_database_of_env_is_let_through_and_public_variables_arrive(checkout: Checkout) -> None:
    (checkout.root / ".env").write_text(
        "DATABASE_URL='postgresql://u:p@192.168.1.7:7777/d?sslmode=disable'\nNEXT_PUBLIC_GREETING=hello\n"
    )
    said = checkout.tilt("alpha", "tiltfile-result", "--verbose").stdout
    for part in ("backend-to-named-database", "192.168.1.7/32", "7777", "NEXT_PUBLIC_GREETING: hello"):
        assert part in said
