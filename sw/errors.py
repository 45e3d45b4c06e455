"""The exception for mistakes of the user."""


class BadInput(ValueError):
    """An argument or a file that the user can correct.

    Its text is one sentence: the file or the argument, what is wrong, and what it must be. The
    command line prints it and exits with status 2. A program that uses the library can catch it as
    a ``ValueError``.
    """
