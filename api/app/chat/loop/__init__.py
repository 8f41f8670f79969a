"""One answer: ask the model, run and record its tool calls, until it answers in words."""
