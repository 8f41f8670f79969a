"""Change sets: what a request changed, how to undo it, and what a repeated request answers."""
