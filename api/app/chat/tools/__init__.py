"""What the model may call: arguments, effects on tasks, limits, and confirmation by the user."""
