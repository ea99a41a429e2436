"""The SQL console: a question run in a process of its own that is shut in, and its answer in every format."""
