"""Number phrases: "nearly 300", "dozens", "two to three thousand" as value and hedge.

Here are the grammar and, in ``lexicons/``, the words of each language. No documents, no record, no warehouse.
"""
