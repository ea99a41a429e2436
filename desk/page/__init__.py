"""The page of the desk: HTML made here, a little JavaScript for keys, and the wall around both. It decides nothing."""
