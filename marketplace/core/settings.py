"""Configuration: environment variables with the prefix MARKETPLACE_, each with its meaning."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from marketplace.core.i18n import marked

LOOPBACK = ("localhost", "127.0.0.1")


class Settings(BaseSettings):
    """Everything that an operator may set; `marketplace check` prints it with these descriptions."""

    model_config = SettingsConfigDict(env_prefix="MARKETPLACE_", populate_by_name=True, env_ignore_empty=True)

    data: Path = Field(
        Path("var"), description=marked("Folder of the embedded database, the files and the secret key")
    )
    database_url: str | None = Field(
        None,
        description=marked("PostgreSQL server, as the application's role; without it the embedded one is started"),
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
    )
    migration_url: str | None = Field(
        None, description=marked("The same database as the owner of the tables; needed by `marketplace migrate`")
    )
    base_url: str = Field(
        "http://localhost:8000", description=marked("Public address of this site, without a final slash")
    )
    hosts: str | None = Field(
        None,
        description=marked(
            "Further names under which this site is asked for, separated by commas; others are refused."
            " Add the address of health checks that ask past the proxy"
        ),
    )
    secret_key: str | None = Field(
        None, description=marked("Signs cookies and links; made and kept in the data folder when unset")
    )
    site_name: str | None = Field(None, description=marked("Name of the marketplace; unset: Cyber Tech Marketplace"))
    site_name_ar: str | None = Field(None, description=marked("Its name on Arabic pages, where it differs"))
    site_name_fr: str | None = Field(None, description=marked("Its name on French pages, where it differs"))
    operator: str | None = Field(
        None, description=marked("Who runs it; unset: the National Office for Digital Security")
    )
    operator_ar: str | None = Field(None, description=marked("Who runs it, on Arabic pages"))
    operator_fr: str | None = Field(None, description=marked("Who runs it, on French pages"))
    zone: str = Field("UTC", description=marked("IANA time zone in which dates are shown to visitors without one"))
    trusted_proxies: int = Field(
        0, ge=0, description=marked("How many proxies in front set X-Forwarded-For; 0: the header is ignored")
    )
    secure_cookies: bool = Field(
        True, description=marked("Send cookies over HTTPS only; off on loopback in the demo")
    )
    demo: bool = Field(False, description=marked("Demo mode; set by `marketplace demo` alone"))

    smtp_host: str | None = Field(None, description=marked("Mail server; unset: mail is kept in the data folder"))
    smtp_port: int = Field(587, description=marked("Port of the mail server"))
    smtp_user: str | None = Field(None, description=marked("User at the mail server"))
    smtp_password: str | None = Field(None, description=marked("Password at the mail server"))
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description=marked("How mail is encrypted"))
    mail_from: str = Field("marketplace@localhost", description=marked("Sender's address of all mail"))

    worker_heartbeat_s: float = Field(
        10.0, gt=0, description=marked("How often a worker says that it lives, in seconds")
    )
    worker_lost_after_s: float = Field(
        30.0, gt=0, description=marked("Silence after which a worker's jobs are given to another one, in seconds")
    )

    files_url: str | None = Field(
        None, description=marked("Where files are kept, as s3://bucket/prefix; unset: the data folder")
    )
    s3_endpoint: str | None = Field(None, description=marked("Address of the S3 server, if it is not Amazon's"))
    s3_region: str = Field("us-east-1", description=marked("Region of the S3 bucket"))
    s3_access_key_id: str | None = Field(None, description=marked("Access key of the S3 bucket"))
    s3_secret_access_key: str | None = Field(None, description=marked("Secret key of the S3 bucket"))
    max_file_bytes: int = Field(20_000_000, description=marked("Largest file that may be uploaded, in bytes"))
    page_cache_bytes: int = Field(
        8_000_000,
        ge=0,
        description=marked(
            "Memory a web process may take for public pages it has made, and a quarter more for counts; 0: keep none"
        ),
    )
    clamd: str | None = Field(None, description=marked("Address of a clamd virus scanner, as host:port"))

    @field_validator("base_url")
    @classmethod
    def _names_a_host(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write it as https://marketplace.example.org")
        return url

    def trusted_hosts(self) -> list[str]:
        """The names that a request may ask for: the public address, its other names, on loopback both of those."""
        host = urlsplit(self.base_url).hostname or ""
        more = [name.strip() for name in (self.hosts or "").split(",")]
        return [host, *(name for name in more if name), *(LOOPBACK if host in LOOPBACK else ())]

    def secret(self) -> str:
        """The signing key: the configured one, else one made once and kept in the data folder."""
        if self.secret_key:
            return self.secret_key
        return _kept_secret(self.data.resolve())


@lru_cache
def _kept_secret(data: Path) -> str:
    path = data / "secret-key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive: of two processes that start at once, one makes the key and both read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text("utf-8")


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
