"""Postings of foreign sites, read into what this house can keep. Pure: no database, no clock, no network."""
