"""The fast lane: keeps what every pod runs equal to the folder, about 0.2 s after each save.

Tilt builds images, deploys them and copies files by `live_update`. The lane works next to it. It keeps one
`kubectl exec` stream open to each container, compares both sides by hash, and sends the differences. There is one
operation: make the pod's listing equal to the folder's. It handles a new pod, a save, a switch of the branch and an
older copy that arrives late in the same way.

    rules       which folders belong in which containers
    ignore      the image's ignore file, which decides what belongs there
    entries     a file, link or folder as both sides describe it, and the difference between two listings
    folder      the folder's content
    notify      waits until something in the folder changes
    receiver    the programs that run in the pods: receiver.py, receiver.cjs
    target      a running container, and how to run a receiver in it
    stream      one receiver and the connection to it
    sending     what is sent, and in which pieces
    follower    keeps one container equal to the folder
    pods        which containers there are
    heal        asks Tilt for a new image where no stream can help
    outside     warns of files that go into no image
    trouble     why pods are missing or failing, and the remedy
    verdict     whether a container equals the folder
    builds      why the build of an image failed, and the remedy
    report      prints that in the log of Tilt's resource
    row         runs `synced` on the dashboard when the answer has changed
    beat        shows that the lane is alive
    keep        starts the lane again if it dies
    kubectl     how to reach the cluster
    saves       a log line per save
    lane        puts all of this together
    main        `python3 -m dev sync`, and `compare`, which copies nothing
    synced      `python3 -m dev synced`
    leisure     `python3 -m dev leisure`, for the tests that run on a save

Standard library only, like all of dev/, because it runs before the virtual environment exists. inotify is three calls.
"""
