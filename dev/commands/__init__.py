"""What `python3 -m dev COMMAND` runs, a module for each command."""
