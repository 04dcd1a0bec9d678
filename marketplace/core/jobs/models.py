"""Why a job failed, each time that it did; the queue itself keeps no reasons."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from marketplace.core import access
from marketplace.core.database import Model


class JobFailure(Model):
    """One failed try of a job."""

    __tablename__ = "job_failure"
    __table_args__ = (Index("ix_job_failure_job_id_at", "job_id", "at"),)

    job_id: Mapped[int]
    task: Mapped[str]
    at: Mapped[datetime]
    error: Mapped[str]  # the error's kind and words, and where it was raised; never the job's arguments


access.system_only(JobFailure)
