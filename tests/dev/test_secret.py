"""The Secrets have the specified content, come from `.env` or the stand-ins, and leak nowhere."""

import base64
import stat
import threading
from pathlib import Path

import pytest
import yaml

from dev.base.failure import Failure
from dev.commands import secret
from dev.env import standins
from dev.env.keys import KEYS, _database

URL = "postgresql://u:pw-canary@host.example/db?sslmode=require"
KEY = "gsk_canary0123456789abcdef"


def decoded(found: secret.Secret) -> dict[str, str]:
    document = yaml.safe_load(found.manifest())
    assert (document["apiVersion"], document["kind"], document["type"]) == ("v1", "Secret", "Opaque")
    assert "stringData" not in document
    return {key: base64.b64decode(value).decode() for key, value in document["data"].items()}


def test_without_env_both_services_are_the_stand_ins(tmp_path: Path) -> None:
    application, postgres = secret.wanted({}, tmp_path)
    assert (application.name, application.namespace) == ("todo-secrets", "default")
    assert (postgres.name, postgres.namespace) == ("postgres", "todo-standins")
    password = decoded(postgres)["POSTGRES_PASSWORD"]
    values = decoded(application)
    assert set(values) == {"DATABASE_URL", "GROQ_API_KEY"}
    expected = f"postgresql://todo:{password}@postgres.todo-standins:5432/todo?sslmode=require"
    assert values["DATABASE_URL"] == expected
    assert values["GROQ_API_KEY"].startswith("standin-")
    assert _database(values["DATABASE_URL"]) is None


def test_real_services_need_no_stand_in(tmp_path: Path) -> None:
    (application,) = secret.wanted({"DATABASE_URL": URL, "GROQ_API_KEY": KEY}, tmp_path)
    assert decoded(application) == {"DATABASE_URL": URL, "GROQ_API_KEY": KEY}
    assert list(tmp_path.iterdir()) == []


def test_only_the_four_keys_reach_the_cluster(tmp_path: Path) -> None:
    values = dict.fromkeys(KEYS, "x")
    (application,) = secret.wanted(values, tmp_path)
    expected = {"DATABASE_URL", "DATABASE_URL_DIRECT", "GROQ_API_KEY", "JWT_SECRET"}
    assert set(application.values) == expected


def test_a_direct_url_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="DATABASE_URL_DIRECT without DATABASE_URL"):
        secret.wanted({"DATABASE_URL_DIRECT": URL}, tmp_path)


def test_passwords_are_generated_once_and_readable_by_this_user_only(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = [found.values for found in secret.wanted({}, state)]
    assert [found.values for found in secret.wanted({}, state)] == first
    files = list(state.iterdir())
    assert {file.name for file in files} == {"postgres-password", "groq-api-key"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_two_processes_at_once_agree_on_a_password(tmp_path: Path) -> None:
    answers: list[str] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        answers.append(standins.remembered("token", tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["token"]


def test_a_checksum_follows_only_its_secret_and_reveals_nothing(tmp_path: Path) -> None:
    before = secret.checksums(secret.wanted({}, tmp_path), tmp_path)
    after = secret.checksums(secret.wanted({"GROQ_API_KEY": KEY}, tmp_path), tmp_path)
    assert before["todo-secrets"] != after["todo-secrets"]
    assert before["postgres"] == after["postgres"]
    # another checkout, the same values: another checksum
    elsewhere = secret.wanted({"DATABASE_URL": URL, "GROQ_API_KEY": KEY}, tmp_path)
    assert secret.checksums(elsewhere, tmp_path) != secret.checksums(elsewhere, tmp_path / "other")


def test_a_traceback_would_show_no_value() -> None:
    assert "canary" not in repr(secret.Secret("a", "b", {"K": "canary"}))


def test_tilt_down_deletes_every_secret_without_knowing_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret.main(["--teardown"]) == 0
    documents = list(yaml.safe_load_all(capsys.readouterr().out))
    places = [(document["metadata"]["name"], document["metadata"]["namespace"]) for document in documents]
    assert places == [("todo-secrets", "default"), ("postgres", "todo-standins")]
    assert [document["data"] for document in documents] == [{}, {}]


def test_the_command_prints_what_the_parser_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL='{URL}'\nexport GROQ_API_KEY={KEY} # mine\n")
    monkeypatch.setattr("dev.env.dotenv.load.__defaults__", (tmp_path / ".env",))
    assert secret.main([]) == 0
    (document,) = yaml.safe_load_all(capsys.readouterr().out)
    assert base64.b64decode(document["data"]["DATABASE_URL"]).decode() == URL
