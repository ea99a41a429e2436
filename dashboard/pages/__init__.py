"""Layouts and callbacks, one module a page; no SQL and no arithmetic."""
