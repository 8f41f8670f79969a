"""The rows of a conversation: turns, their steps, and which replica is answering."""
