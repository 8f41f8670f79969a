"""The only exception shown to users. It describes the problem in a sentence and names the remedy."""


class Failure(Exception):
    """Something that the user can fix. Printed as it is, without a traceback."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  remedy: {self.remedy}" if self.remedy else self.message
