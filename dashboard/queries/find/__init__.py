"""The queries by which something is found: by its name, by its place, by what is newest. A cursor in, rows out."""
