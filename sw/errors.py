"""The one exception that a user's mistake raises."""


class BadInput(ValueError):
    """Input that a user can mend.

    Its text is one sentence: which file or argument, what is wrong, what is accepted. The command
    line prints it and exits with status 2; a library user catches it as a ``ValueError``.
    """
