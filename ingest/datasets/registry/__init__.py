"""Which data sets there are, and what their readers say of columns and types (readers/*.yml)."""
