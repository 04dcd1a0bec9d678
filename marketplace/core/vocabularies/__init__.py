"""Closed lists of words, as data with their sources.

Each module has `CODES`, `choices(language)` for a field, `label(code)` for a page, and `exists(code)`.
"""
