"""Statements of somebody who means harm, and the grammar that multiplies them.

`STATEMENTS` are written by hand, by family; `variants` dresses each up (case, comments, spaces, nesting). What must
hold for each is in test_hostile_sql.py: it is refused or harmless. Families in `SLOW` may use up their whole time.
"""

from collections.abc import Iterator

GUARDED_FILE = "/etc/passwd"
# Table functions that read a file; `{file}` is any path.
READERS = [
    "read_csv('{file}')", "read_csv_auto('{file}')", "read_text('{file}')", "read_blob('{file}')",
    "read_json('{file}')", "read_json_auto('{file}')", "read_json_objects('{file}')", "read_ndjson('{file}')",
    "read_ndjson_auto('{file}')", "read_ndjson_objects('{file}')", "read_json_objects_auto('{file}')",
    "read_parquet('{file}')", "parquet_scan('{file}')", "parquet_metadata('{file}')", "parquet_schema('{file}')",
    "parquet_file_metadata('{file}')", "parquet_kv_metadata('{file}')", "parquet_full_metadata('{file}')",
    "parquet_bloom_probe('{file}', 'a', 1)", "sniff_csv('{file}')", "glob('{file}')", "read_duckdb('{file}')",
    "read_single_csv_file('{file}')", "read_single_json_file('{file}')", "read_single_parquet_file('{file}')",
    "'{file}'", '"{file}"', "read_csv(['{file}', '{file}'])", "read_text('{file}', filename = true)",
]  # fmt: skip
FILES = [
    GUARDED_FILE, "file:///etc/passwd", "/proc/self/environ", "/proc/self/cmdline", "../../../../etc/shadow",
    "/etc/*", "**/*.csv",
    "https://example.org/x.csv", "s3://bucket/key.parquet", "/dev/stdin",
    "warehouse.duckdb", "pyproject.toml", "~/.ssh/id_rsa",
]  # fmt: skip

BY_HAND: dict[str, list[str]] = {
    "writing": [
        "copy fct_figures to '/tmp/on-record-hostile.csv'",
        "copy (select 1) to '/tmp/on-record-hostile.parquet' (format parquet)",
        "copy (select 1) to '/dev/stdout'",
        "copy fct_figures from '/etc/passwd'",
        "copy (select 1) to 'on-record-hostile' (format json, partition_by (a))",
        "export database '/tmp/on-record-hostile'",
        "import database '/tmp/on-record-hostile'",
        "insert into fct_figures default values",
        "insert into fct_figures by name select * from fct_figures returning *",
        "update fct_figures set low = 0",
        "delete from fct_figures",
        "truncate fct_figures",
        "merge into fct_figures using fct_figures as s on false when not matched then insert",
        "drop table fct_figures",
        "drop schema main cascade",
        "alter table fct_figures rename to stolen",
        "alter table fct_figures add column x int",
        "create table mine as select 1",
        "create or replace table fct_figures as select 0 as low",
        "create schema evil",
        "create sequence s",
        "create type mood as enum ('a')",
        "create index i on fct_figures (figure_id)",
        "comment on table fct_figures is 'evil'",
        "with gone as (delete from fct_figures returning *) select * from gone",
    ],
    "shadowing": [
        "create temp table fct_figures as select 0 as low",
        "create temporary view fct_figures as select 0 as low",
        "create or replace temp table range_deaths as select 0 as lowest",
        "create temp macro count(x) as 0",
        "create temp macro range_deaths() as table select 0",
        "create temp sequence s",
        "create macro evil(a) as a + 1",
        "with fct_figures as (select 0 as low) from fct_figures",
    ],
    "attaching": [
        "attach '/tmp/other.duckdb'",
        "attach ':memory:' as m",
        "attach '/etc/passwd' as p (type sqlite)",
        "attach 'https://example.org/x.duckdb'",
        "attach 'host=localhost' as pg (type postgres)",
        "detach temp",
        "detach memory",
        "use system",
        "use temp",
        "use memory",
        "set schema = 'pg_catalog'",
        "set search_path = 'temp'",
    ],
    "extensions": [
        "install httpfs",
        "install 'https://example.org/evil.duckdb_extension'",
        "force install httpfs from core_nightly",
        "install h3 from community",
        "load httpfs",
        "load '/tmp/evil.so'",
        "load json",
        "update extensions",
        "from duckdb_extensions()",
        "from sql_auto_complete('sel')",
        "from sqlite_scan('/tmp/x.db', 't')",
        "from postgres_scan('host=127.0.0.1', 'public', 't')",
        "from st_read('/etc/passwd')",
        "from read_xlsx('/etc/passwd')",
        "from delta_scan('/tmp')",
        "from iceberg_scan('/tmp')",
    ],
    "settings": [
        "set enable_external_access = true",
        "set global lock_configuration = false",
        "set memory_limit = '100GB'",
        "set threads = 64",
        "set temp_directory = '/tmp'",
        "set home_directory = '/root'",
        "set max_execution_time = 0",
        "set session python_scan_all_frames = true",
        "set allowed_directories = ['/']",
        "set variable x = 1",
        "reset memory_limit",
        "pragma memory_limit = '100GB'",
        "pragma enable_profiling",
        "pragma profiling_output = '/tmp/on-record-hostile'",
        "pragma enable_logging",
        "call enable_logging(storage = 'file', storage_config = {'path': '/tmp'})",
        "from enable_logging()",
        "pragma database_list",
        "pragma database_size",
        "pragma show_tables",
        "pragma version",
        "pragma import_database('/tmp')",
        "call pragma_version()",
        "from duckdb_settings()",
        "select value from duckdb_settings() where name = 'allowed_paths'",
        "select current_setting('allowed_paths')",
        "select reverse(current_setting('secret_directory'))",
        "from duckdb_databases()",
        "select md5(path) from duckdb_databases()",
        "from pragma_database_list",
        "from pg_catalog.pg_settings",
        'from system.main."duckdb_settings"()',
        "from query('from duckdb_' || 'databases()')",
        "from query/* */('from duckdb_' || 'settings()')",
        "from query -- \n ('from duckdb_' || 'settings()')",
        'from "query"(\'from duckdb_\' || \'settings()\')',
        "from query_table('duckdb_' || 'databases')",
        "from query_table(['duckdb_databases'])",
        "from json_execute_serialized_sql(json_serialize_sql('from duckdb_' || 'settings()'))",
        "show all tables",
        "show databases",
        "describe databases",
    ],
    "secrets": [
        "create secret s (type s3, key_id 'a', secret 'b')",
        "create persistent secret s (type http)",
        "drop secret s",
        "from duckdb_secrets()",
        "from duckdb_secret_types()",
        "from which_secret('s3://a', 's3')",
        "select getenv('PATH')",
        "select getenv('ON_RECORD_PUBLISHED')",
        "select * from duckdb_variables()",
        "select getvariable('HOME')",
    ],
    "python": [
        "from sys", "from os", "from request", "from engine", "from connection", "select * from answer",
        "from pandas_scan(1)", "from arrow_scan(1, 2, 3)", "from arrow_scan_dumb(1, 2, 3)",
        "from python_arrow_scan(1)", "select * from main.request", "from seq_scan(1)",
    ],
    "many": [
        "select 1; select 2",
        "select 1; drop table fct_figures",
        "select 1;\n-- nothing\n;select 2",
        "begin; delete from fct_figures; commit",
        "begin transaction",
        "commit",
        "rollback",
        "checkpoint",
        "force checkpoint",
        "vacuum",
        "vacuum analyze fct_figures",
        "analyze",
        "prepare p as select 1",
        "execute p",
        "execute p(1)",
        "deallocate p",
        "select ?",
        "select $1, $name",
        "explain analyze delete from fct_figures",
        "explain copy fct_figures to '/tmp/on-record-hostile.csv'",
        "explain analyze copy fct_figures to '/tmp/on-record-hostile.csv'",
        "explain attach '/tmp/x.duckdb'",
        "explain analyze create temp table t as select 1",
        "select 1) union all (select 2",
        "select 1 from (select 2",
        "pivot fct_figures on measure_id using count(*)",
    ],
    "floods": [
        "select * from range(1000000000000)",
        "select * from fct_figures a, fct_figures b, fct_figures c, fct_figures d",
        "select repeat('x', 900000) from range(1000000)",
        "with recursive t as (select 1 as n union all select n + 1 from t) from t",
        "select unnest(range(10000000))",
        "from generate_series(1, 9223372036854775807)",
        "from repeat('x', 9223372036854775807)",
        "select " + ", ".join(f"repeat('y', 5000) as c{n}" for n in range(300)) + " from range(1000)",
    ],
    "memory": [
        "select repeat('x', 500000000)",
        "select repeat('x', 4000000000)",
        "select length(repeat(repeat('x', 100000), 100000))",
        "select repeat('x', 200000000) || repeat('y', 200000000)",
        "select list(range) from range(1000000000)",
        "select range(1000000000)",
        "select list_reduce(range(10000), lambda a, b: a || a) ",
        "select string_agg(repeat('x', 1000000), '') from range(100000)",
        "select array_agg(a.range) from range(1000000) a, range(1000000) b",
        "select lpad('x', 2000000000, 'y')",
        "select rpad('x', 2000000000, 'y')",
        "select printf('%2000000000d', 1)",
        "select format('{:2000000000d}', 1)",
        "select bitstring('1', 2000000000)",
        "select json_group_array(repeat('x', 1000000)) from range(10000)",
        "select histogram(range) from range(100000000)",
        "select * from range(100000000) order by random()",
        "select distinct range from range(1000000000)",
        "select range, count(*) from range(1000000000) group by all",
        "select quantile_cont(range, 0.5) from range(1000000000)",
        "select repeat([1], 500000000)",
        "select list_resize([1], 2000000000)",
        "select replace(repeat('x', 10000000), 'x', repeat('y', 1000))",
        "select sum(n) over (partition by 1 order by n) from range(50000000) t(n)",
    ],
    "time": [
        "select count(*) from range(1000000000) a, range(1000000000) b",
        "with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t",
        "select count(*) from "
        + ", ".join(f"fct_figures f{n}" for n in range(12))
        + " where f0.low + f1.low + f2.low + f11.low <> 7",
        "select regexp_matches(repeat('a', 100000), '(a+)+$') from range(100000)",
        "select levenshtein(repeat('a', 100000), repeat('b', 100000))",
        "select sum(sin(range)) from range(100000000000)",
        "select max(hash(range::varchar)) from range(100000000000)",
        "explain analyze select count(*) from range(1000000000) a, range(1000000000) b",
        "select damerau_levenshtein(repeat('ab', 20000), repeat('ba', 20000))",
    ],
    "shapes": [
        "select " + "(" * 3000 + "1" + ")" * 3000,
        "select " + "[" * 3000 + "1" + "]" * 3000,
        "select " + "1+" * 5000 + "1",
        "select " + "not " * 5000 + "true",
        "select '" + "x" * 90_000 + "'",
        "select " + ", ".join("1" for _ in range(20_000)),
        "select " + "case when true then " * 1000 + "1" + " end" * 1000,
        "with " + ", ".join(f"t{n} as (select 1)" for n in range(2000)) + " select 1",
        " union all ".join(["select 1"] * 3000),
        "select * from " + ", ".join(f"(select 1) t{n}" for n in range(1500)),
        "select 'a\x00b'",
        "select '\ud83d\ude00'".encode("utf-16", "surrogatepass").decode("utf-16"),
        "\ufeffselect 1",
        "select\u00a01",
        ";",
        ";;;;",
        "--",
        "/*",
        "'",
        '"',
        "$$",
        "select $$",
        "select E'\\x00'",
        "\\copy x",
        ".shell ls",
        "select '</script><script>alert(1)</script>' as \"<img src=x onerror=alert(1)>\"",
        "select error('</pre><script>alert(1)</script>')",
    ],
}  # fmt: skip
READING = [f"select * from {reader.format(file=GUARDED_FILE)}" for reader in READERS]
ELSEWHERE = [
    f"from {reader.format(file=file)}" for reader in ("read_text('{file}')", "'{file}'", "glob('{file}')")
    for file in FILES
]  # fmt: skip
STATEMENTS: dict[str, list[str]] = {**BY_HAND, "reading": READING, "elsewhere": ELSEWHERE}
SLOW = {"memory", "time", "floods"}


def _each_letter_otherwise(sql: str) -> str:
    return "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(sql))


def variants(sql: str) -> Iterator[str]:
    """Dress a statement up in ways that must not matter; not for statements whose letters do (paths keep theirs)."""
    yield _each_letter_otherwise(sql) if "'" not in sql else sql
    yield "/* harmless */ " + sql.replace(" ", " /**/ ", 1)
    yield "\n\t " + sql.replace(" ", "\n") + " ;"
    yield f"select * from ({sql}\n) as inside"
    yield f"with inside as materialized ({sql}\n) from inside"
    yield f"explain {sql}"
    yield f"select exists({sql}\n)"
    yield f"describe {sql}"
    yield f"select 1; {sql}"


def quick() -> list[tuple[str, str]]:
    """Family and statement of all that is answered or refused at once."""
    return [(family, sql) for family, found in STATEMENTS.items() if family not in SLOW for sql in found]


def slow() -> list[tuple[str, str]]:
    """Family and statement of all that may use up its time or memory."""
    return [(family, sql) for family in sorted(SLOW) for sql in STATEMENTS[family]]
