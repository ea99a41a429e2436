"""The only writer of the schema ``raw``: it checks the record, proves it against the texts, and loads it.

The record is the hand-validated figures under ``figures/``, one folder an episode, each with ``documents.csv`` and
``figures.csv`` (their columns: ``ingest/record/columns.py`` and docs/codebook.md). Three commands read it, and one
its past:

``on-record check``     every problem of the record, each with file, line and column
``on-record verify``    each phrase found in its document, and its number read again from the words
``on-record load``      into the DuckDB file named by ``ON_RECORD_WAREHOUSE``, in one transaction; or from git
``on-record recorded``  the days on which a load changed something

``withdraw`` and ``amend`` change cells of it in place, ``compare`` lays a second reading beside the first; ``backup``
and ``restore`` are for the warehouse and what is published of it.

In code: :func:`ingest.curation.check.read_record` gives a :class:`ingest.curation.check.Record` and a list of
:class:`ingest.errors.Problem`; :func:`ingest.phrases.parse.read_number_phrase` reads one phrase.
"""
