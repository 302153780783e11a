"""Answers that learners give, right and wrong: a module `chNN` for each chapter's exercises."""


class Table:
    """The answers to one chapter's exercises.

    ``functions`` holds (exercise, function, status, fragment of the message) and ``choices`` holds
    (question or estimate, answer, status, fragment of the message).
    """

    def __init__(self):
        self.functions, self.choices = [], []

    def right(self, exercise):
        """The decorated function is a right answer."""
        return self._add(exercise, "passed", "goes on with your code")

    def slow(self, exercise):
        """The decorated function is a right answer that takes too long."""
        return self._add(exercise, "slow", "right, but slow")

    def wrong(self, exercise, says):
        """The decorated function is a wrong answer, and the message must contain `says`."""
        return self._add(exercise, "failed", says)

    def choice(self, name, answer, status, says):
        """What becomes of a choice or a number."""
        self.choices.append((name, answer, status, says))

    def _add(self, exercise, status, says):
        def decorate(function):
            self.functions.append((exercise, function, status, says))
            return function

        return decorate
