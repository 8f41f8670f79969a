"""`python -m standin.switch FAULT`, run in the pod by the dashboard's buttons. Without a fault: back to normal."""

import json
import os
import sys
import urllib.error
import urllib.request


def main() -> int:
    """The exit status. An unknown fault is reported and gives 1."""
    fault = sys.argv[1] if len(sys.argv) > 1 else ""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/control"
    try:
        with urllib.request.urlopen(address, json.dumps({"fault": fault}).encode(), timeout=10) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
        sys.stderr.write(f"{answer['error']}; known faults: {', '.join(answer['known'])}\n")
        return 1
    sys.stdout.write(f"fault: {answer['fault'] or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
