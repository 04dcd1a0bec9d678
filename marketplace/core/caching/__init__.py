"""Public pages kept in memory and never stale: what a view says of its page.

A view that may be kept is marked beside its access policy, and names the moments at which its page reads otherwise:

    @blueprint.route("/")
    @access.policy("public")
    @caching.kept
    def index(): ...

What the page read of the database is noted by itself. See `middleware.py` for how it is answered, `watch.py` for why
it is never stale, and `results.py` for costly parts of pages that can't be kept.
"""

from marketplace.core.caching.reading import kept, moment, turns_at

__all__ = ["kept", "moment", "turns_at"]
