"""What everything else stands on: paths, pins, processes, steps. Knows nothing of the project's services."""
