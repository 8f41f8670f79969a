"""The foundation of dev/: paths, pins, processes, steps. Independent of the project's services."""
