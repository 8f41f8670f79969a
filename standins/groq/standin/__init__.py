"""A stand-in for Groq's HTTP API, without a language model: for development, demos and tests without a key."""
