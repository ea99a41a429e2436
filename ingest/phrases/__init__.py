"""Number phrases: "nearly 300", "dozens", "two to three thousand" as value and hedge. No files, no warehouse."""
