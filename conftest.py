"""A live figure comes with a copy in HTML, a stored one without: nbval leaves HTML aside.

What HTML says stands in the plain text beside it, which is compared.
"""


def pytest_itemcollected(item):
    skipped = getattr(item.parent, "skip_compare", None)
    if skipped and "text/html" not in skipped:
        item.parent.skip_compare = (*skipped, "text/html")
