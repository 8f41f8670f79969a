"""`make verify-pins` with the test's own publisher: agreement, difference, silence."""

import json
from pathlib import Path

import pytest

from dev.commands import verify_pins
from dev.ways import release

PIN = "a1" * 32
OTHER = "b2" * 32
NAME = "tool-linux-amd64"
RELEASE = {
    "assets": [{"name": "other", "digest": f"sha256:{OTHER}"}, {"name": NAME, "digest": f"sha256:{PIN}"}]
}


def pinned(url: str, sha256: str = PIN, file: str = "published") -> release.Download:
    return release.Download("tool", f"https://publisher.example/{NAME}", sha256, published=f"{url}/{file}")


@pytest.mark.parametrize(
    "text",
    [
        PIN,
        f"{PIN}\n",
        PIN.upper(),
        f"{PIN}  {NAME}\n",
        f"{OTHER}  {NAME}.sig\n{PIN} *{NAME}\n{OTHER}  zzz\n",
        json.dumps(RELEASE),
    ],
)
def test_every_format_of_a_publisher_is_read(text: str) -> None:
    assert verify_pins.published(text, NAME) == PIN


@pytest.mark.parametrize(
    "text", ["", f"{PIN}  another\n", json.dumps({"assets": []}), json.dumps({"assets": [{"name": NAME}]})]
)
def test_a_missing_hash_is_not_guessed(text: str) -> None:
    assert verify_pins.published(text, NAME) == ""


@pytest.mark.parametrize(
    ("sha256", "verdict", "code"), [(PIN, "agrees", 0), (OTHER, "DIFFERS", 1)], ids=["right", "wrong"]
)
def test_the_exit_code_tells(
    site: tuple[str, Path],
    sha256: str,
    verdict: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (site[1] / "published").write_text(f"{PIN}  {NAME}\n")
    monkeypatch.setattr(release, "downloads", lambda _machine: [pinned(site[0], sha256)])
    assert verify_pins.main() == code
    assert capsys.readouterr().out.startswith(verdict)


@pytest.mark.parametrize("text", ["<html>please log in</html>", "{}", "{", "\N{BROKEN BAR}"])
def test_the_page_of_a_proxy_is_no_verdict(site: tuple[str, Path], text: str) -> None:
    (site[1] / "published").write_text(text, encoding="latin-1")
    assert verify_pins.compare(pinned(site[0])) == (
        "unknown",
        f"{site[0]}/published names no SHA-256 for it",
    )


def test_a_difference_outweighs_silence_and_silence_is_not_success(
    site: tuple[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (site[1] / "published").write_text(PIN)
    silent = pinned("http://127.0.0.1:1")
    monkeypatch.setattr(release, "downloads", lambda _machine: [pinned(site[0]), silent])
    assert verify_pins.main() == verify_pins.INCOMPLETE == 2
    assert "needs a network" in capsys.readouterr().out
    monkeypatch.setattr(release, "downloads", lambda _machine: [pinned(site[0], OTHER), silent])
    assert verify_pins.main() == 1


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_pin_has_a_publisher_to_ask(machine: str) -> None:
    for download in release.downloads(machine):
        assert download.published.startswith("https://"), download.tool
        assert "latest" not in download.published
