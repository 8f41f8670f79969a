"""The routes of the chat and its event stream."""
