"""The development server: `uvicorn --reload` with the imports already done.

`python -m devserver` keeps a parent process that has imported every third-party package but none of the
application's code. Each save is served by a fork that imports the application afresh: a full restart, nothing is
patched. The listening socket belongs to the parent, so that no request is ever refused. Only the dev image
holds this package.

    __main__    the command line, and the switch back to stock uvicorn
    supervisor  the parent: what happens on a save, a crash, a signal
    events      what the parent waits for
    family      the parent's children: forked, listened to, sent away
    child       one forked process and the line to it
    spare       the worker in waiting
    watcher     the child that tells that something below the folder changed
    leading     the imports that a file begins with
    sources     what the folder holds, compiled ahead
    preload     which third-party modules the parent imports
    worker      the child that imports and serves, or answers with the traceback
    failure     that answer
"""
