"""`make verify-pins`: whether the hashes in versions.env are still those of the publishers.

Only for people who change a pin. An install compares its downloads with our pins, never with a server's current answer.
"""

import json
import re
import urllib.request

from dev.ways import release

TIMEOUT = 15  # seconds
SHA256 = re.compile("[0-9a-f]{64}")
INCOMPLETE = 2  # exit code: nothing differs, but not all could be compared


def main() -> int:
    """Compare our pinned hashes with the publishers'.

    Exit code: 0 all agree, 1 one differs, 2 some could not be compared.
    """
    downloads = [download for machine in ("x86_64", "aarch64") for download in release.downloads(machine)]
    verdicts = [compare(download) for download in downloads]
    for download, (verdict, why) in zip(downloads, verdicts, strict=True):
        name = download.url.rpartition("/")[2]
        print(f"{verdict:<8} {download.tool:<9} {name}{f': {why}' if why else ''}")
    found = {verdict for verdict, _ in verdicts}
    if "DIFFERS" in found:
        print("do not use a pin that differs before you know why")
        return 1
    if "unknown" in found:
        print("not all pins could be compared: this needs a network that reaches the publishers")
        return INCOMPLETE
    return 0


def compare(download: release.Download) -> tuple[str, str]:
    """agrees, DIFFERS or unknown. The last two have a reason."""
    try:
        with urllib.request.urlopen(download.published, timeout=TIMEOUT) as answer:
            said = published(answer.read().decode(), download.url.rpartition("/")[2])
    except OSError as error:
        return "unknown", f"{download.published}: {error}"
    except (ValueError, KeyError):  # a page of a proxy in between
        said = ""
    if not SHA256.fullmatch(said):
        return "unknown", f"{download.published} names no SHA-256 for it"
    if said != download.sha256:
        return "DIFFERS", f"the publisher says {said}, pinned is {download.sha256}"
    return "agrees", ""


def published(text: str, name: str) -> str:
    """The SHA-256 of the file `name` in a checksum file or in GitHub's record of a release; empty if it isn't there."""
    if text.lstrip().startswith("{"):
        digests = {asset["name"]: asset.get("digest") or "" for asset in json.loads(text)["assets"]}
        return str(digests.get(name, "")).removeprefix("sha256:")
    for line in text.splitlines():
        digest, *rest = line.split() or [""]
        if not rest or rest[0].lstrip("*") == name:
            return digest.lower()
    return ""
