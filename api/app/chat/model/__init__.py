"""The language model behind Groq's API, and what happens when it fails."""
