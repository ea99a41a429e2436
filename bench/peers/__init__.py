"""The same facts and ranges as the models write them, in what a data desk would use instead.

Each peer reads raw figures, documents and seeds, by the convention of the build, and gives three tables: figures
(one row per figure that is not a draft), reports (one row per report) and ranges (one row per scope and change day).
The models do more: both conventions of hedges, bounds implied by parts and totals, checks, dimensions and data tests.
"""
