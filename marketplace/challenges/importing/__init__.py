"""Postings of foreign sites. Reading is pure: no database, no clock, no network; `command` takes over what was read."""
