"""The development server: `uvicorn --reload` with the imports already done.

`python -m devserver` runs a parent process that has imported every third-party package but none of the application's
code. On each save a fork imports the application again and serves it. This is a full restart; nothing is patched. The
parent owns the listening socket, so no request is ever refused. Only the dev image contains this package.

What happens on a save: the *watcher* reports a change, or the program that writes the files has *announced* it. The
*supervisor* asks *sources* which files changed, takes the *spare* worker (or a fresh fork) and orders it to load the
application. From then on the previous worker accepts no connections. It finishes its requests and exits. The new
*worker* reports `ready`, or `failed` with the traceback, which it then serves as an *error page* until the next save.
When it is quiet, the supervisor prepares the next spare.

    __main__    the command line, and the switch back to stock uvicorn
    supervisor  the parent: what happens on a save, a crash, a signal
    events      the parent's event loop
    children    the parent's children: fork, listen, stop, reap
    child       one forked process and the channel to it
    spare       the worker that is prepared before the next save
    watcher     the child that reports a change below the folder
    announced   the socket on which saves are announced
    sources     the folder's files: what has changed, and their code compiled ahead
    leading     the imports that a file begins with
    preload     which third-party modules the parent imports
    worker      the child that imports and serves the application, or serves the error page
    turn        which worker accepts connections, so that no old answer follows a new one
    closing     the wrapper that closes each connection after its response
    debugger    the process that an editor attaches to, and `breakpoint()`
    profiler    samples the worker's CPU time on demand
    error_page  the page with the traceback
    migrate     the init container in development
    new_migration  generates a migration in the pod
    branches    brings a database from another branch back to this branch's migrations
"""
