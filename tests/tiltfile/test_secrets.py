"""Secrets reach only the cluster: not Tilt's log, the pod templates or the dashboard's objects."""

import base64
import json

import yaml

from tests.tiltfile.evaluation import Checkout, Result

URL = "postgresql://u:pw-canary-7f3e@host.example/db?sslmode=require"
KEY = "gsk_canary7f3e0123456789"


def secret(result: Result) -> dict[str, str]:
    (found,) = [
        each
        for each in yaml.safe_load_all(result.resources["api"]["DeployTarget"]["yaml"])
        if each["kind"] == "Secret"
    ]
    return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}


def backend(result: Result) -> dict[str, object]:
    (found,) = [
        each
        for each in yaml.safe_load_all(result.resources["api"]["DeployTarget"]["yaml"])
        if each["kind"] == "Deployment"
    ]
    template: dict[str, object] = found["spec"]["template"]
    return template


def test_real_services_replace_their_stand_ins(checkout: Checkout) -> None:
    checkout.write_env(f"DATABASE_URL='{URL}'\nGROQ_API_KEY={KEY}\n")
    result = checkout.result()
    assert secret(result) == {"DATABASE_URL": URL, "GROQ_API_KEY": KEY}
    assert not {"database", "assistant", "standins"} & set(result.resources)
    assert result.resources["api"]["ResourceDependencies"] is None
    assert "todo-standins" not in json.dumps(result.raw)
    (machine,) = [
        found
        for found in yaml.safe_load_all(result.resources["api"]["DeployTarget"]["yaml"])
        if found["kind"] == "ConfigMap"
    ]
    assert machine["data"] == {"TODO_STANDINS": ""}


def test_canaries_are_in_no_log_and_in_no_pod_template(checkout: Checkout) -> None:
    checkout.write_env(f"DATABASE_URL='{URL}'\nGROQ_API_KEY={KEY}\n")
    result = checkout.result()
    places = [result.log, json.dumps(backend(result)), json.dumps(result.raw["ObjectSet"])]
    for value in (URL, KEY):
        for form in (value, base64.b64encode(value.encode()).decode(), "canary"):
            assert not any(form in place for place in places)


def test_tilt_knows_every_value_that_it_must_blot_out(checkout: Checkout) -> None:
    checkout.write_env(f"GROQ_API_KEY={KEY}\n")
    result = checkout.result()
    password = (checkout.root / ".dev/state/postgres-password").read_text()
    assert {KEY, password} < set(result.raw["Secrets"])
    assert len(result.raw["Secrets"]) == 3  # and the stand-in's URL


def test_a_changed_value_rolls_the_pods_that_use_it_and_no_others(checkout: Checkout) -> None:
    checkout.write_env(f"GROQ_API_KEY={KEY}\n")
    before = checkout.result()
    checkout.write_env(f"GROQ_API_KEY={KEY}x\n")
    after = checkout.result()
    assert backend(before)["metadata"] != backend(after)["metadata"]
    assert backend(before)["spec"] == backend(after)["spec"]
    for name in ("database", "ui"):
        assert before.resources[name]["DeployTarget"]["yaml"] == after.resources[name]["DeployTarget"]["yaml"]


def test_stand_ins_are_announced(plain: Result) -> None:
    assert "PostgreSQL is a stand-in" in plain.log
    assert "the assistant is a stand-in" in plain.log
