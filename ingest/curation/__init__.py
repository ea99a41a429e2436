"""Checking, verifying and changing the record: everything that reads or writes figures/ as a whole."""
