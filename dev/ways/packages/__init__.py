"""The `packages` way: builds every tool from Go modules, Debian packages and npm, for networks with nothing else."""
