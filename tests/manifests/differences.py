"""An overlay's changes to the base, one line per leaf. Run as a program, it prints the list for review:

python3 -m tests.manifests.differences deploy/overlays/dev > tests/manifests/dev.txt
"""

import json
import sys
from typing import Any

from tests.manifests.render import documents

ABSENT = "(absent)"


def differences(overlay: str) -> list[str]:
    """Sorted lines `Kind/name path: in the base -> in the overlay`."""
    base, other = leaves("k8s"), leaves(overlay)
    changed = {path for path in base.keys() | other.keys() if base.get(path) != other.get(path)}
    return [f"{path}: {base.get(path, ABSENT)} -> {other.get(path, ABSENT)}" for path in sorted(changed)]


def leaves(place: str) -> dict[str, str]:
    """Every scalar of every object, as JSON, by its path."""
    found: dict[str, str] = {}
    for document in documents(place):
        found |= _flat(f"{document['kind']}/{document['metadata']['name']} ", document)
    return found


def _flat(path: str, value: Any) -> dict[str, str]:
    """List items are keyed by name, so an insertion is one difference, not many. A probe counts as one value."""
    if isinstance(value, dict) and value and not path.endswith("Probe"):
        items = [(f"{path}{'' if path.endswith(' ') else '.'}{key}", item) for key, item in value.items()]
    elif isinstance(value, list) and value:
        keys = [item.get("name", i) if isinstance(item, dict) else i for i, item in enumerate(value)]
        items = [(f"{path}[{key}]", item) for key, item in zip(keys, value, strict=True)]
    else:
        return {path: json.dumps(value)}
    return {leaf: scalar for key, item in items for leaf, scalar in _flat(key, item).items()}


if __name__ == "__main__":
    print("\n".join(differences(sys.argv[1])))
