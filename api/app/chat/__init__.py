"""The assistant: a conversation that works on the user's tasks.

Rooms, top to bottom; each imports only from those below it:

    http     the routes, and an answer as server-sent events or as JSON
    service  the assistant: one for the whole process, what the routes call
    loop     one answer: ask the model, run the tools it calls, record each step, until it answers in words
    tools    what the model may call, its limits, and what the user has to confirm
    store    the rows of a conversation, and which replica is answering
    model    the language model: Groq's API, its faults, and the circuit breaker
    schemas  what clients send and receive

Words: a *turn* is one message of the user with its answer. A *step* is one tool call of a turn and its effect.
An *answer* is the run that completes a turn; another replica can continue it from the steps on record.
"""
