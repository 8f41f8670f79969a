"""A file, link or folder as both sides of a stream describe it, and the difference between two listings.

An entry is a string, so that receivers in any language can write it:

    /               a folder
    > TARGET        a symbolic link, kept as one, as the image build does
    MODE SHA256     a file: its permission bits in octal, the hash of its content

A listing has an entry for each path, relative to the build context and with slashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Listing = dict[str, str]

FOLDER = "/"
LINK = "> "


def is_file(entry: str) -> bool:
    return entry != FOLDER and not entry.startswith(LINK)


@dataclass
class Difference:
    """The steps from one listing to another: deletions first, then folders, then files and links."""

    delete: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.delete or self.folders or self.links or self.files)

    def paths(self) -> list[str]:
        return sorted({*self.delete, *self.folders, *self.links, *self.files})


def difference(wants: Listing, has: Listing) -> Difference:
    """What has to change so that `has` becomes `wants`."""
    result = Difference()
    for path, entry in has.items():
        wanted = wants.get(path)
        # a rename can neither replace a folder nor put one in the place of a file
        if wanted is None or (wanted == FOLDER) != (entry == FOLDER):
            result.delete.append(path)
    for path, entry in wants.items():
        if has.get(path) == entry:
            continue
        kind = result.folders if entry == FOLDER else result.links if entry.startswith(LINK) else result.files
        kind.append(path)
    result.delete.sort(reverse=True)  # the content of a folder before the folder
    result.folders.sort()
    return result


def some(paths: Sequence[str]) -> str:
    """The first few of many names."""
    more = len(paths) - 3
    return ", ".join(paths[:3]) + (f" and {more} more" if more > 0 else "")
