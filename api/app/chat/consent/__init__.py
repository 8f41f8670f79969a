"""Which changes the user's own words ask for. Others wait for a confirmation: a task's text may want them."""
