"""Which published file a request is answered from: finding, opening, reading and forgetting it.

Here: files of published/, their cells as Python values, the memory and the gate of queries. Not here: which rows are
asked for (queries/), which day an address names (request/).
"""
