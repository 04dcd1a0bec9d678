"""From a letter to a message on its way: HTML and plain text, by SMTP or into the local folder."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from flask import render_template

from marketplace.core import clock, site
from marketplace.core.i18n import current_language, direction
from marketplace.core.mail.letters import Letter
from marketplace.core.mail.models import OutgoingMail
from marketplace.core.paths import data_folder
from marketplace.core.settings import Settings, settings


class NotTaken(Exception):
    """A server did not take a mail; its code and reason, without whom the mail was for."""

    @classmethod
    def by(cls, refusal: smtplib.SMTPException, address: str) -> NotTaken:
        """What may be kept of a server's refusal, whose words often quote the address or its first half.

        Args:
            address: the receiver's.
        """
        code: int | str = type(refusal).__name__
        said: bytes | str = str(refusal)
        if isinstance(refusal, smtplib.SMTPRecipientsRefused):
            code, said = next(iter(refusal.recipients.values()))
        elif isinstance(refusal, smtplib.SMTPResponseException):
            code, said = refusal.smtp_code, refusal.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        for known in (address, address.partition("@")[0]):
            words = re.sub(re.escape(known), "[…]", words, flags=re.IGNORECASE)
        return cls(f"{code} {words}")


def compose(written: Letter, row: OutgoingMail, address: str, name: str) -> EmailMessage:
    """The message of a letter, with the Message-ID that its row fixes."""
    configuration = settings()
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(written.subject.split())
    message["From"] = _address(site.name(), configuration.mail_from)
    message["To"] = _address(name, address)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = row.message_id(urlsplit(configuration.base_url).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    context = {
        "letter": written,
        "dir": direction(current_language()),
        "lang": current_language(),
        "site": site.name(),
        "base_url": configuration.base_url,
    }
    message.set_content(render_template("mail/letter.txt", **context))
    import css_inline  # for the worker alone

    styled = css_inline.CSSInliner(extra_css=_stylesheet(), load_remote_stylesheets=False).inline(
        render_template("mail/letter.html", **context)
    )
    message.add_alternative(styled, subtype="html")
    message["Content-Language"] = current_language()  # last: setting a content drops all Content headers before it
    return message


def _stylesheet() -> str:
    return (data_folder("templates") / "mail" / "letter.css").read_text("utf-8")


def _address(name: str, address: str) -> Address:
    return Address(display_name=" ".join(name.split()), addr_spec=parseaddr(address)[1])


def hand_over(message: EmailMessage) -> None:
    """Give a message to the configured server, or keep it in the data folder where none is configured.

    Raises:
        OSError, NotTaken: it was not taken; the job tries again.
    """
    configuration = settings()
    if configuration.smtp_host is None:
        _keep(message, sink_folder(configuration))
        return
    try:
        _by_smtp(message, configuration)
    except smtplib.SMTPException as refusal:
        # Not as its cause: a traceback in a log would quote what is left out here.
        raise NotTaken.by(refusal, message["To"].addresses[0].addr_spec) from None


def sink_folder(configuration: Settings) -> Path:
    """Where mail is kept when no server is configured: one `.eml` file a message."""
    return configuration.data / "mail"


def _keep(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{str(message['Message-ID']).strip('<>').split('@')[0]}.eml"
    written = target.with_suffix(f".{os.getpid()}.part")
    written.write_bytes(message.as_bytes())
    written.replace(target)


def _by_smtp(message: EmailMessage, configuration: Settings) -> None:
    assert configuration.smtp_host is not None
    kind = smtplib.SMTP_SSL if configuration.smtp_security == "tls" else smtplib.SMTP
    with kind(configuration.smtp_host, configuration.smtp_port, timeout=30) as server:
        if configuration.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if configuration.smtp_user and configuration.smtp_password:
            server.login(configuration.smtp_user, configuration.smtp_password)
        server.send_message(message)
