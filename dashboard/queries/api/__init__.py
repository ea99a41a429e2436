"""The lists of the API: which rows, in which order, a page of them; worked out once for a publication."""
