"""The assistant: a conversation that works on the user's tasks."""
