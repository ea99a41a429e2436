"""What other engines get of us and give back: raw as Parquet, the marts in PostgreSQL, the marts that Spark built."""
