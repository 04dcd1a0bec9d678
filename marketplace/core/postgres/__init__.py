"""The embedded PostgreSQL: started by the application in its data folder, shared by its processes.

`places` says which folders and which user, `program` runs the wheel's binaries, `seats` counts the
processes that use the server, `cluster` makes, starts and stops it, `server` is what callers hold.
"""

from marketplace.core.postgres.places import Unreachable
from marketplace.core.postgres.server import Server, join, running

__all__ = ["Server", "Unreachable", "join", "running"]
