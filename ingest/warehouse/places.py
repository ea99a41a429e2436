"""The places of the gazetteer that figures name, kept in raw.places and raw.place_names; found anew with each load.

A place that the lookups know is theirs. Of the rest, a name of a data set ("El Fasher, North Darfur, Sudan") is looked
up in its own country alone: without a country it says nothing, since one name in five stands in several.
"""

from pathlib import Path

import duckdb

from common.layout import SEEDS
from ingest.places.gazetteer import COUNTRY, FILE, FIRST, KIND_WORDS, SECOND, kinds_of

# As macros/name_key.sql has it, and int_place_names_matched the parts of a name.
NAME_KEY = (
    "trim(regexp_replace(regexp_replace(lower(strip_accents({})), '[''’‘ʼʿʾ`]+', '', 'g'), "
    "'[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
)
MOST_PARTS = 6
REFERENCES = {
    "OCHA P-code": "OCHA Global P-codes (CC BY)", "ISO 3166-1": "ISO 3166-1", "ISO 3166-2": "ISO 3166-2",
    "GeoNames": "GeoNames (CC BY 4.0)", "user-assigned code": "ISO 3166-1",
}  # fmt: skip


def keep_named_places(connection: duckdb.DuckDBPyConnection, seeds: Path = SEEDS) -> None:
    """Fill raw.places and raw.place_names of the warehouse attached as ``w``, within its transaction."""
    connection.execute("DELETE FROM w.raw.places; DELETE FROM w.raw.place_names")
    for name in ("places", "place_names", "episodes"):
        _read(connection, f"seed_{name}", seeds / f"{name}.csv")
    connection.execute(_WANTED)
    ((count,),) = connection.execute("SELECT count(*) FROM wanted").fetchall()
    if not count:
        return
    _read(connection, "gazetteer", FILE)
    _read_kind_words(connection)
    for statement in (_COUNTRIES, _SPELLINGS, _FOUND, _KEPT):
        connection.execute(statement)
    connection.execute(_PLACES)
    connection.execute("INSERT INTO w.raw.place_names SELECT DISTINCT place_id, part FROM found")


def _read(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM read_csv(?, all_varchar=true, header=true, delim=',', "
        "quote='\"', escape='\"', nullstr='', auto_detect=true, sample_size=-1)",
        [str(path)],
    )


def _read_kind_words(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (word, kind, rank)
        for words in KIND_WORDS.values()
        for word in words
        for rank, kind in enumerate(kinds_of(word))
    ]
    connection.execute("CREATE OR REPLACE TEMP TABLE kind_words (word VARCHAR, kind VARCHAR, kind_rank INTEGER)")
    connection.executemany("INSERT INTO kind_words VALUES (?, ?, ?)", rows)


_WANTED = """
CREATE OR REPLACE TEMP TABLE wanted AS
SELECT place_id AS word, true AS is_id FROM (
    SELECT place_id FROM w.raw.figures UNION SELECT place_id FROM w.raw.dataset_figures
    UNION SELECT place_id FROM seed_episodes UNION SELECT parent_id FROM seed_places
    -- What is compared with the past is told with its place too.
    UNION SELECT place_id FROM w.raw.replaced_figures UNION SELECT place_id FROM w.raw.replaced_dataset_figures
) WHERE place_id <> '' AND place_id NOT IN (SELECT place_id FROM seed_places)
UNION ALL
SELECT DISTINCT place_name, false FROM w.raw.dataset_figures WHERE place_id IS NULL AND place_name IS NOT NULL
"""

# Which country each place of both lists lies in; a place of the seed may lie in one of the gazetteer.
_COUNTRIES = f"""
CREATE OR REPLACE TEMP TABLE tree AS
SELECT place_id, name, kind, parent_id FROM seed_places
UNION ALL SELECT place_id, name, kind, parent_id FROM gazetteer
WHERE place_id NOT IN (SELECT place_id FROM seed_places);
CREATE OR REPLACE TEMP TABLE homes AS
WITH RECURSIVE climbed AS (
    SELECT place_id, kind AS above_kind, place_id AS above_id, parent_id AS next_id FROM tree
    UNION
    SELECT climbed.place_id, tree.kind, tree.place_id, tree.parent_id
    FROM climbed JOIN tree ON climbed.next_id = tree.place_id
)
SELECT place_id, above_id AS country_id FROM climbed WHERE above_kind = '{COUNTRY}'
"""

# Every name by its key, with the place and its country; those of the seed first.
_SPELLINGS = f"""
CREATE OR REPLACE TEMP TABLE spellings AS
SELECT DISTINCT {NAME_KEY.format("name")} AS key, place_id, country_id, kind, is_seed FROM (
    SELECT name, place_id, true AS is_seed FROM seed_place_names
    UNION ALL SELECT unnest([name, place_id] || coalesce(string_split(names, '|'), [])), place_id, false FROM gazetteer
    WHERE place_id NOT IN (SELECT place_id FROM seed_places)
) JOIN homes USING (place_id) JOIN (SELECT place_id, kind FROM tree) USING (place_id)
"""

# A part of a name is looked up as it is; where nobody has that name, without the word for its kind. What a lookup of
# ours says in that country counts alone.
_FOUND = f"""
CREATE OR REPLACE TEMP TABLE parts AS
SELECT place_name, part, {NAME_KEY.format("part")} AS key FROM (
    SELECT word AS place_name, unnest([word] || string_split(word, ', ')[1:{MOST_PARTS}]) AS part
    FROM wanted WHERE NOT is_id
);
CREATE OR REPLACE TEMP TABLE in_country AS
SELECT DISTINCT parts.place_name, spellings.country_id
FROM parts JOIN spellings USING (key) WHERE spellings.place_id = spellings.country_id;
CREATE OR REPLACE TEMP TABLE asked AS
SELECT DISTINCT parts.part, parts.key, in_country.country_id FROM parts JOIN in_country USING (place_name);
CREATE OR REPLACE TEMP TABLE found AS
WITH whole AS (
    SELECT asked.part, asked.country_id, spellings.place_id, spellings.is_seed
    FROM asked JOIN spellings USING (key, country_id)
), bare AS (
    SELECT asked.part, asked.country_id, spellings.place_id,
        dense_rank() OVER (PARTITION BY asked.part, asked.country_id ORDER BY kind_words.kind_rank) AS kind_order
    FROM asked
    JOIN kind_words ON asked.key LIKE '% ' || kind_words.word OR asked.key LIKE kind_words.word || ' %'
    JOIN spellings ON spellings.country_id = asked.country_id AND spellings.kind = kind_words.kind
        AND spellings.key IN (
            regexp_replace(asked.key, ' ' || kind_words.word || '$', ''),
            regexp_replace(asked.key, '^' || kind_words.word || ' ', '')
        )
    WHERE NOT spellings.is_seed
        AND (asked.part, asked.country_id) NOT IN (SELECT (part, country_id) FROM whole)
)
SELECT part, place_id FROM whole
WHERE NOT is_seed AND (part, country_id) NOT IN (SELECT (part, country_id) FROM whole WHERE is_seed)
UNION SELECT part, place_id FROM bare WHERE kind_order = 1
"""

_KEPT = """
CREATE OR REPLACE TEMP TABLE kept AS
WITH RECURSIVE climbed AS (
    SELECT place_id FROM found
    UNION SELECT word FROM wanted WHERE is_id
    UNION SELECT tree.parent_id FROM climbed JOIN tree USING (place_id) WHERE tree.parent_id IS NOT NULL
)
SELECT DISTINCT place_id FROM climbed
"""

# Areas of one level within one other share nobody; the countries are parts of nothing (docs/decisions/0017).
_PLACES = f"""
INSERT INTO w.raw.places
SELECT place_id, name, kind, scheme, parent_id,
    CASE WHEN kind IN ('{FIRST}', '{SECOND}') THEN parent_id || '_areas' END,
    TRY_CAST(latitude AS DOUBLE), TRY_CAST(longitude AS DOUBLE),
    CASE scheme {" ".join(f"WHEN '{scheme}' THEN '{told}'" for scheme, told in REFERENCES.items())} END
FROM gazetteer JOIN kept USING (place_id)
WHERE place_id NOT IN (SELECT place_id FROM seed_places)
"""
