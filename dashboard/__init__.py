"""The dashboard: reads the published warehouse, read-only, and shows who said how many."""
