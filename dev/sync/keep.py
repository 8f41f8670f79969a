"""Starts a long-running part again whenever it ends, for as long as the program that started us lives."""

import ctypes
import os
import signal
import time
from collections.abc import Callable

CHECK = 0.5  # seconds
PAUSE = 1.0  # seconds before the next start
_PR_SET_PDEATHSIG = 1


def running(run: Callable[[], int]) -> int:
    """Run it in a fork of this process, again and again. Returns when our parent is gone. Ctrl-C ends both."""
    parent = os.getppid()
    while True:
        child = _fork(run)
        try:
            while os.waitpid(child, os.WNOHANG) == (0, 0):
                time.sleep(CHECK)
                if os.getppid() != parent:  # Tilt was killed, so none of its processes may stay
                    os.kill(child, signal.SIGTERM)
                    return 0
        except KeyboardInterrupt:
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)
            raise
        print("sync ended and is started again", flush=True)
        time.sleep(PAUSE)


def _fork(run: Callable[[], int]) -> int:
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        if hasattr(libc := ctypes.CDLL(None), "prctl"):
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == parent:
            code = run()
    except KeyboardInterrupt:
        code = 0
    finally:
        os._exit(code)
