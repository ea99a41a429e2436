"""The same facts and ranges as the models write them, in what a data desk would use instead.

Each peer reads the seeds and what staging gives: figures of the record and of data sets in one form, with the place
found that their words name, and documents with the day on which the next release took their place. Reading, checking
and placing is done for it. It gives three tables: figures (one row per figure that is not a draft), reports (one row
per report) and ranges (one row per scope, change day and convention of hedges), with all columns of main.fct_figures,
main.fct_reports and main.range_reported but implied_low and implied_high. The models do more: these bounds implied by
parts and totals (rule 10), checks, dimensions and data tests.
"""
