"""Which e-mail addresses are taken, in which form they are stored, and what is wrong with the others."""

import email_validator
from email_validator import EmailNotValidError, validate_email

# Its documented way to allow names such as corp.local: the address is a login, nothing is ever sent to it.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def normal_email(value: str) -> str:
    """Lower case, because no provider in use distinguishes Ann@ from ann@. No DNS query: it may be slow or fail.

    Raises ValueError with the reason, which never quotes the input.
    """
    try:
        return validate_email(value, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(f"must be an e-mail address: {_fault(value)}") from None


def _fault(value: str) -> str:
    """The library's own words would quote the input."""
    local, at, domain = value.rpartition("@")
    faults = (
        (not at, "it has no @"),
        (any(character.isspace() for character in value), "it contains a space"),
        (not local, "there is nothing before the @"),
        (not domain, "there is nothing after the @"),
        ("@" in local, "it has more than one @"),
        ("." not in domain, "the part after the @ has no dot"),
        (".." in value or value.startswith(".") or ".@" in value, "a dot is in the wrong place"),
        (domain.startswith(".") or domain.endswith("."), "a dot is in the wrong place"),
        (domain.rpartition(".")[2].isdigit(), "the part after the @ ends in a number"),
    )
    return next(
        (fault for found, fault in faults if found), "it contains a character that is not allowed there"
    )
