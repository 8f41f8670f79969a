"""Debian root file systems, from the mirrors that this machine's apt already uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.base import command
from dev.base.failure import Failure

NO_DOCUMENTS = [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale", "info")]


@dataclass(frozen=True)
class RootFileSystem:
    """A small Debian: `packages` from `suite`, `newer_packages` from the later `newer_suite`.

    `hooks` are shell commands that mmdebstrap runs at the end; "$1" is the new root.
    """

    suite: str
    packages: tuple[str, ...]
    newer_suite: str = ""
    newer_packages: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()

    def key(self) -> str:
        """Everything that determines the result, as text. The mirrors' addresses are not part of it."""
        return repr((self.suite, self._options()))

    def write(self, target: Path, log: Path) -> None:
        """Build it and write it as a tar."""
        site, security = _sites()
        sources = [f"deb {site} {self.suite} main", f"deb {security} {self.suite}-security main"]
        sources += [f"deb {site} {self.newer_suite} main"] if self.newer_suite else []
        bootstrap = ["mmdebstrap", "--format=tar", *self._options()]
        command.run([*bootstrap, self.suite, target, *sources], log)

    def _options(self) -> list[str]:
        options = ["--variant=minbase", f"--include={','.join(self.packages)}", *NO_DOCUMENTS]
        if self.newer_suite:
            pin = f"Package: *\\nPin: release n={self.newer_suite}\\nPin-Priority: 100\\n"
            options.append(f"--setup-hook=printf '{pin}' > \"$1/etc/apt/preferences.d/newer\"")
            install = "apt-get install --yes --no-install-recommends"
            install = f"{install} -t {self.newer_suite} {' '.join(self.newer_packages)}"
            options.append(f'--customize-hook=chroot "$1" {install}')
        return options + [f"--customize-hook={hook}" for hook in self.hooks]


def listed(file: Path) -> Sequence[str]:
    """The package names of a list with comments."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    return " ".join(lines).split()


def _sites() -> tuple[str, str]:
    """The addresses of Debian's archive and security archive in this machine's apt configuration."""
    query = ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)"]
    rows = {tuple(line.split()) for line in command.output(query).splitlines() if line.endswith(" main")}
    main = sorted(row[0] for row in rows if "-" not in row[1] and row[0].rstrip("/").endswith("/debian"))
    security = sorted(row[0] for row in rows if row[1].endswith("-security"))
    if not main or not security:
        raise Failure("apt here knows no Debian archive", "use Debian 12 or newer, or TODO_TOOLS=release")
    return main[0], security[0]
