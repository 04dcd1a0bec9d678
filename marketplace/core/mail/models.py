"""The table of mails that wait for their sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import access
from marketplace.core.database import Model


class OutgoingMail(Model):
    """A mail to be sent; address and data are emptied once it is or never will be, for both may be secret."""

    __tablename__ = "outgoing_mail"

    letter: Mapped[str]
    language: Mapped[str]
    person_id: Mapped[UUID | None]  # the address is looked up when it is sent
    address: Mapped[str | None]  # of somebody who is no person here yet
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent_at: Mapped[datetime | None]  # or given up

    def message_id(self, host: str) -> str:
        """The same Message-ID at every try, so that a mail sent twice is seen as one."""
        return f"<{self.id}@{host}>"


access.system_only(OutgoingMail)
