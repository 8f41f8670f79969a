"""The tags in use, derived from the tasks that carry them."""
