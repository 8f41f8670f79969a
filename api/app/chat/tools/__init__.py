"""The model's tools: arguments, effects on tasks, limits, and confirmation by the user."""
