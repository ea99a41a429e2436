"""The working file: connection, loading, publishing, retracting, backup and restore."""
