"""`.env` is read the same by a shell, by direnv and by us, or refused with key, line and remedy."""

import subprocess
from pathlib import Path

import pytest

from dev.base.failure import Failure
from dev.env import dotenv
from dev.env.keys import KEYS

ROOT = Path(__file__).resolve().parents[2]
URL = "postgresql://todo:p%40ss@host.example/db?sslmode=require"
KEY = "gsk_" + "a1B2" * 6
CANARY = "c4n4ry-9f8e7d"


@pytest.mark.parametrize(
    "line",
    [
        f"GROQ_API_KEY={KEY}",
        f"export GROQ_API_KEY={KEY}",
        f"  GROQ_API_KEY={KEY}  ",
        f"GROQ_API_KEY='{KEY}'",
        f'GROQ_API_KEY="{KEY}"  # from the console',
        f"GROQ_API_KEY={KEY} # a comment",
    ],
)
def test_forms_of_an_assignment_mean_the_same_as_in_a_shell(line: str) -> None:
    assert dotenv.parse(line) == {"GROQ_API_KEY": KEY}
    script = f'{line}\nprintf %s "$GROQ_API_KEY"'
    assert subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True).stdout == KEY


def test_urls_keep_their_special_characters() -> None:
    url = "postgresql://u:a%23b@ep-x-1.eu.neon.tech/db?sslmode=require&channel_binding=require"
    assert dotenv.parse(f"DATABASE_URL='{url}'\r\n") == {"DATABASE_URL": url}
    quoted = "postgresql://u:p$w`d@host.example/db?sslmode=require"
    assert dotenv.parse(f"DATABASE_URL='{quoted}' # why") == {"DATABASE_URL": quoted}


def test_comments_blank_lines_and_empty_values_set_nothing() -> None:
    assert dotenv.parse("\n# DATABASE_URL=x\n  \nDATABASE_URL=\nGROQ_API_KEY='' # later\n") == {}


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    assert dotenv.load(tmp_path / ".env") == {}


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfUI_PORT=3001\n")
    assert dotenv.load(tmp_path / ".env") == {"UI_PORT": "3001"}


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("JWT_SECRET='ü'".encode("latin-1"))
    with pytest.raises(Failure, match=r"\.env is not UTF-8"):
        dotenv.load(tmp_path / ".env")


@pytest.mark.parametrize("character", "&;|<>()~")
def test_a_bare_value_that_a_shell_would_end_early_is_refused(character: str) -> None:
    value = "x" * 32 + character + "y"
    with pytest.raises(Failure, match="outside of single quotes") as caught:
        dotenv.parse(f"JWT_SECRET={value}")
    assert caught.value.remedy == "write JWT_SECRET='…', the value between single quotes"
    assert dotenv.parse(f"JWT_SECRET='{value}'") == {"JWT_SECRET": value}


@pytest.mark.parametrize("password", ["p#ss", "p/ss", "p?ss", "p@ss", "p%ss", "p%4", "p[s", "p#/?@%s"])
def test_special_characters_of_a_password_have_to_be_percent_encoded(password: str) -> None:
    with pytest.raises(Failure) as caught:
        dotenv.parse(f"DATABASE_URL='postgresql://u:{password}@ep-x.neon.tech/todo?sslmode=require'")
    assert "percent-encoded: @ as %40, # as %23, / as %2F" in caught.value.remedy
    assert password not in str(caught.value)


def test_a_percent_encoded_password_is_unchanged() -> None:
    url = "postgresql://u:p%40%23%2F%3F%25ss@ep-x.neon.tech/todo?sslmode=require"
    assert dotenv.parse(f"DATABASE_URL='{url}'") == {"DATABASE_URL": url}


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "0.0.0.0", "LOCALHOST"])  # noqa: S104
def test_a_database_at_a_loopback_address_is_refused(host: str) -> None:
    with pytest.raises(Failure, match="names localhost") as caught:
        dotenv.parse(f"DATABASE_URL=postgres://u:p@{host}/d?sslmode=disable")
    assert caught.value.remedy == "write host.minikube.internal instead"


@pytest.mark.parametrize("host", ["169.254.10.1", "[fe80::1]"])
def test_a_database_at_a_link_local_address_is_refused(host: str) -> None:
    with pytest.raises(Failure, match="names a link-local address"):
        dotenv.parse(f"DATABASE_URL=postgres://u:p@{host}/d?sslmode=disable")


def test_another_products_key_is_not_taken_for_a_typing_error() -> None:
    with pytest.raises(Failure) as caught:
        dotenv.parse("OPENAI_API_KEY=sk-x")
    assert caught.value.message == ".env line 1: OPENAI_API_KEY is not a known key"
    assert "CONTRIBUTING.md has a recipe: Add an .env key" in caught.value.remedy


def test_public_variables_of_the_pages_may_be_added() -> None:
    assert dotenv.parse("NEXT_PUBLIC_GREETING=hello") == {"NEXT_PUBLIC_GREETING": "hello"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (CANARY, "line 2 is not KEY=VALUE"),
        (f"UI_PORT = {CANARY}", "line 2 is not KEY=VALUE"),
        (f"UI_PORT: {CANARY}", "line 2 is not KEY=VALUE"),
        (f"DATABASE_URI={CANARY}", "line 2: DATABASE_URI is not a known key; did you mean DATABASE_URL?"),
        (f"AWS_SECRET_ACCESS_KEY={CANARY}", "line 2: AWS_SECRET_ACCESS_KEY is not a known key"),
        (f"JWT_SECRET=two {CANARY}", "line 2: JWT_SECRET has spaces"),
        (f"JWT_SECRET= {CANARY}", "line 2: JWT_SECRET has spaces"),
        (f"JWT_SECRET=$HOME{CANARY}", "line 2: JWT_SECRET has spaces, quotes, $"),
        (f'JWT_SECRET="{CANARY}$(id)"', "line 2: JWT_SECRET has spaces, quotes, $"),
        (f"JWT_SECRET='{CANARY}", "line 2: JWT_SECRET has spaces, quotes"),
        (f"JWT_SECRET='{CANARY}'x", "line 2: JWT_SECRET has spaces, quotes"),
        (f"JWT_SECRET=#{CANARY}", "line 2: JWT_SECRET has spaces, quotes"),
        (f"JWT_SECRET='{CANARY}\a{CANARY}{CANARY}'", "line 2: JWT_SECRET has a control character"),
        (f"JWT_SECRET={CANARY}", "line 2: JWT_SECRET is shorter than 32 characters"),
        (f"GROQ_API_KEY={CANARY}", "line 2: GROQ_API_KEY is not a Groq API key"),
        (f"DATABASE_URL={CANARY}", "line 2: DATABASE_URL is not a PostgreSQL URL"),
        (
            f"DATABASE_URL=mysql://u:{CANARY}@h/d?sslmode=require",
            "line 2: DATABASE_URL is not a PostgreSQL URL",
        ),
        (f"DATABASE_URL=postgres://u:{CANARY}@h:x/d", "line 2: DATABASE_URL is not a PostgreSQL URL"),
        (f"DATABASE_URL=postgres://u:{CANARY}@h/", "line 2: DATABASE_URL is not a PostgreSQL URL"),
        (f"DATABASE_URL=postgres://u:{CANARY}@localhost/d", "line 2: DATABASE_URL names localhost"),
        (f"DATABASE_URL=postgres://u:{CANARY}@h/d", "line 2: DATABASE_URL does not say whether to use TLS"),
        (f"UI_PORT={CANARY}", "line 2: UI_PORT is not a port number"),
        ("UI_PORT=65536", "line 2: UI_PORT is not a port number"),
        ("ALLOWED_DEV_ORIGINS=http://x", "line 2: ALLOWED_DEV_ORIGINS is not a list of host names"),
        ("TILT_HOST=http://x", "line 2: TILT_HOST is not a host name"),
        (f"TODO_TOOLS={CANARY}", "line 2: TODO_TOOLS is neither release nor packages"),
        ("TILT_PORT=1", "line 2: TILT_PORT was already set in line 1"),
    ],
)
def test_an_invalid_line_is_refused_without_showing_the_value(line: str, complaint: str) -> None:
    with pytest.raises(Failure) as caught:
        dotenv.parse(f"TILT_PORT=10350\n{line}\n")
    assert str(caught.value).startswith(f".env {complaint}")
    assert caught.value.remedy
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value.__cause__)


def test_the_example_documents_every_key_and_is_valid_as_it_is() -> None:
    text = (ROOT / ".env.example").read_text()
    documented = [line.partition("=")[0] for line in text.splitlines() if line and not line.startswith("#")]
    assert documented == list(KEYS)
    values = dotenv.parse(text, ".env.example")
    assert values == {"UI_PORT": "3000", "API_PORT": "8000", "TILT_PORT": "10350", "TILT_HOST": "127.0.0.1"}
