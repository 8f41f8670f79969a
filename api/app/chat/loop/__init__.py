"""One answer: the model is asked, its tool calls are run and recorded, until it answers in words."""
