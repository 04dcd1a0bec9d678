"""Limits on tries, counted in the database so that they hold over all workers.

A try is written down and committed before it is judged: of a hundred that come at once each sees the others.
The network is the connection's own address; forwarded headers are believed only behind configured proxies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import func, select

from marketplace.accounts.models import Attempt
from marketplace.accounts.tokens import salted
from marketplace.core import clock, database
from marketplace.core.access import reading_as_system
from marketplace.core.errors import Refused
from marketplace.core.i18n import _


@dataclass(frozen=True)
class Limit:
    """So many tries within a span; what counts is a deed, and by whom."""

    deed: str
    by: str
    most: int
    within: timedelta


QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)

# By account and network first: a stranger elsewhere does not lock the owner out until the account's own limit.
SIGN_IN = (
    Limit("sign_in", "account and network", 10, QUARTER),
    Limit("sign_in", "account", 50, HOUR),
    Limit("sign_in", "network", 100, QUARTER),
)
SIGN_UP = (Limit("sign_up", "account", 5, HOUR), Limit("sign_up", "network", 30, HOUR))
RESET = (Limit("reset", "account", 5, HOUR), Limit("reset", "network", 30, HOUR))
TICKET = (Limit("ticket", "network", 100, HOUR),)
PASSWORD = (Limit("password", "account", 10, QUARTER),)
INVITE = (Limit("invite", "account", 60, HOUR),)
LONGEST = HOUR


def spend(limits: tuple[Limit, ...], now: datetime, *, account: str = "", network: str = "") -> None:
    """Count a try and refuse it where it is one too many.

    Args:
        account: the address as typed, whether or not it is an account's; or a person's id.
        network: the peer's address, see `network_of`.
    Raises:
        Refused: with the time to wait; the same for an account that does not exist.
    """
    keys = {limit: _key(limit, account, network) for limit in limits}
    # A session of its own: the refusal that follows a try must not undo its counting.
    with database.session_scope() as counting, reading_as_system("tries are counted for all"):
        counting.add_all(Attempt(key=key, created_at=now) for key in set(keys.values()))
        counting.commit()
        for limit, key in keys.items():
            tries = select(func.count(Attempt.id)).where(Attempt.key == key, Attempt.created_at > now - limit.within)
            if (counting.scalar(tries) or 0) > limit.most:
                wait = clock.minutes_words(int(limit.within.total_seconds() // 60))
                raise Refused(_("Too many tries. Wait %(minutes)s, then try again.", minutes=wait))


def forgive(limits: tuple[Limit, ...], *, account: str, network: str) -> None:
    """Forget the tries of an account in a network after the right password."""
    keys = {_key(limit, account, network) for limit in limits if "account" in limit.by}
    with reading_as_system("the owner's own tries"):
        for attempt in database.session.scalars(select(Attempt).where(Attempt.key.in_(keys))):
            database.session.delete(attempt)


def network_of(address: str | None) -> str:
    """What counts as one network: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(parsed) if parsed.version == 4 else str(ip_network(f"{parsed}/64", strict=False))


def _key(limit: Limit, account: str, network: str) -> str:
    parts = [limit.deed, limit.by]
    parts += [account] if "account" in limit.by else []
    parts += [network] if "network" in limit.by else []
    return salted("|".join(parts))
