"""Tests that a person could do with a browser."""
