"""A grammar of hostile statements: every door tried in many ways, by family, always the same list in the same order.

Words in double angle brackets stand for what `hostile_watch` has planted: «csv», «json», «parquet», «text», «other» (a
second database), «folder», «port» (a socket that listens), «env» (a variable) and «target» (where nothing may appear).
"""

from collections.abc import Iterator
from itertools import cycle, product

from hostile_sql import READERS, STATEMENTS, variants

FROM = [
    "from {0}", "select count(*) from {0}", "select a.* from build, {0} as a", "select 1 where exists (from {0})",
    "with x as materialized (from {0}) from x", "select (select min(columns(*))::varchar from {0})",
    "from build left join {0} as o on true", "describe from {0}", "summarize from {0}", "explain analyze from {0}",
    "select unnest((select list(o) from {0} as o))", "from build union all by name from {0}",
]  # fmt: skip
PLANTED = ["«csv»", "«json»", "«parquet»", "«text»", "«other»", "«folder»/*", "«folder»/../*/*.csv"]
ADDRESSES = [
    "http://127.0.0.1:«port»/x.csv", "https://127.0.0.1:«port»/x.parquet", "http://localhost:«port»/x.json",
    "s3://127.0.0.1:«port»/bucket/x.csv", "gcs://127.0.0.1:«port»/b", "r2://127.0.0.1:«port»/b",
    "hf://datasets/x@127.0.0.1:«port»/y.csv", "azure://127.0.0.1:«port»/x", "ftp://127.0.0.1:«port»/x.csv",
    "//127.0.0.1:«port»/share/x.csv", "/dev/tcp/127.0.0.1/«port»", "file://127.0.0.1:«port»/x",
]  # fmt: skip
REACHING = [
    "from '{0}'", "from read_csv('{0}')", "from read_parquet('{0}')", "from read_text('{0}')", "from read_json('{0}')",
    "from glob('{0}')", "attach '{0}' as o", "copy build to '{0}'", "install '{0}'",
]  # fmt: skip
TABLES = ["fct_figures", "range_reported", "dim_sources", "build", "main.dim_places"]
SPOILING = [
    "delete from {0}", "update {0} set figure_id = 'x'", "drop table {0}", "drop view if exists {0}",
    "alter table {0} add column x int", "truncate table {0}", "insert into {0} select * from {0}",
    "create or replace table {0} as select 0 as low", "create or replace view {0} as select 0 as low",
    "comment on table {0} is 'x'", "alter table {0} rename to x", "copy {0} from '«csv»'",
    "with x as (delete from {0} returning *) from x", "explain analyze delete from {0}",
]  # fmt: skip
SHADOWING = [
    "create temp table {0} as select 0 as low", "create temp view {0} as select 0 as low",
    "create or replace temp macro {0}() as table select 0 as low", "create local temp table {0} (low int)",
    "create temp table temp.{0} as select 0", "create macro {0}(x) as 0",
]  # fmt: skip
SETTINGS = {"enable_external_access": "true", "lock_configuration": "false", "memory_limit": "'1TB'", "threads": "64",
            "temp_directory": "'«target»'", "max_execution_time": "0", "allow_community_extensions": "true",
            "autoinstall_known_extensions": "true", "autoload_known_extensions": "true", "extension_directory":
            "'«target»'", "custom_extension_repository": "'http://127.0.0.1:«port»'", "allowed_paths": "['/']",
            "allowed_directories": "['/']", "log_query_path": "'«target»'", "profiling_output": "'«target»'",
            "enable_profiling": "'json'", "home_directory": "'«folder»'", "secret_directory": "'«target»'",
            "python_enable_replacements": "true", "python_scan_all_frames": "true", "search_path": "'temp'",
            "access_mode": "'read_write'", "allow_unsigned_extensions": "true", "enable_object_cache": "true",
            "file_search_path": "'«folder»'", "http_proxy": "'127.0.0.1:«port»'"}  # fmt: skip
SETTING = ["set {0} = {1}", "set global {0} = {1}", "pragma {0} = {1}", "reset {0}", "select current_setting('{0}')"]
HIDDEN = ["duckdb_settings", "duckdb_databases", "pragma_database_list", "duckdb_secrets", "duckdb_extensions"]
SPELLED = [
    "from {0}()", "from {0} ( )", 'from "{0}"()', "from system.main.{0}()", 'from "system"."main"."{0}"()',
    "from {0}/**/()", "from {0} -- x\n()", "from {0}\u00a0()", "from {0}\n\t()", "select * from (from {0}())",
    "from query('from {0}()')", "from query_table('{0}')", "select columns('.*') from {0}() limit 5",
    "from {0}() as t(a, b)", "values ((select count(*) from {0}()))", "describe from {0}()",
    "from (select * from build), lateral (from {0}())",
]  # fmt: skip
WRITING = [
    "copy build to '{0}'", "copy (from build) to '{0}' (format parquet)", "copy build to '{0}' (format json)",
    "copy build to '{0}' (format csv, header false, overwrite_or_ignore true)", "export database '{0}'",
    "copy (select 1 as a) to '{0}' (partition_by (a), overwrite true)", "copy from database main to x",
    "attach '{0}' as o", "attach '{0}' as o (read_write)", "create table x as select 1; copy x to '{0}'",
    "copy build to '{0}' (use_tmp_file false)", "explain analyze copy build to '{0}'",
]  # fmt: skip
WHERE = [
    "«target»", "«target».csv", "on-record-hostile.csv", "/on-record-hostile", "«csv»", "/proc/self/fd/1",
    "/dev/stdout", "file://«target»",
]  # fmt: skip
ASKING = [
    "select getenv('«env»')", "select getenv('PATH')", "select getvariable('«env»')", "from duckdb_variables()",
    "select current_setting('«env»')", "select '${«env»}'", "select '$«env»'", "select $«env»", "select :«env»",
    "select getenv(n) from (values ('«env»'), ('HOME')) t(n)", "select getenv(chr(72) || 'OME')",
    "from read_text(getenv('HOME') || '/.profile')", "from read_text('/proc/self/environ')",
    "from read_blob('/proc/' || 1 || '/environ')", "from read_text('/proc/self/maps')", "select current_user",
    "select current_database(), current_schema(), current_schemas(true)", "select version()", "from pragma_version()",
    "from pragma_platform()", "from pragma_user_agent()", "from duckdb_logs()", "select parse_path('«csv»')",
    "select parse_dirpath('«csv»'), parse_filename('«csv»')", "select pwd()", "select inet_client_addr()",
    "from pg_catalog.pg_settings", "from pg_stat_activity", "select txid_current()", "from duckdb_temporary_files()",
    "from duckdb_memory()", "from duckdb_optimizers()", "from duckdb_log_contexts()",
    "from pragma_storage_info('build')", "from pragma_metadata_info()", "from pragma_database_size()",
    "from duckdb_dependencies()", "from duckdb_external_file_cache()", "from duckdb_prepared_statements()",
    "from duckdb_connection_count()", "select write_log('x')", "from test_all_types()", "from force_checkpoint()",
    "from checkpoint()", "from repeat_row(1, 2, num_rows = 5)", "select error('«env»')",
]  # fmt: skip
ELSEWHERE = [
    "attach '«other»' as o", "attach '«other»' as o (read_only)", "attach if not exists '«other»'",
    "attach or replace '«other»' as o", "from o.hidden", "from other.main.hidden", "from '«other»'.hidden",
    'from "«other»"."hidden"', "from read_duckdb('«other»')", "from read_duckdb('«other»', table_name = 'hidden')",
    "use other", "use '«other»'", "detach temp", "import database '«folder»'", "copy from database other to memory",
    "from duckdb_tables() where database_name <> current_database()", "from sqlite_scan('«other»', 'hidden')",
    "from query_table('other.hidden')", "from query('from read_duckdb(''«other»'')')",
    "create temp view v as from '«other»'",
]  # fmt: skip
SPLIT = [";", ";;", "; --\n", ";/* ; */", ";\n\n", "; select ';'; ", "\u037e", "\uff1b", " go\n", "\\g\n"]
SECOND = [
    "drop table build", "attach '«other»'", "copy build to '«target»'", "set threads = 9",
    "create temp table build as select 0", "prepare p as from build",
]  # fmt: skip
PREPARED = [
    "prepare p as {0}", "execute p", "execute p('«csv»')", "deallocate p", "explain {0}", "explain analyze {0}",
    "call {0}", "pivot ({0}) on 1", "from ({0})",
]  # fmt: skip
ODD = [
    "from generate_series(timestamp '0001-01-01', timestamp '9999-01-01', interval 1 microsecond)",
    "select U&'\\0041'", 'select U&"d!0061t" uescape \'!\' from build', "select E'\\u0041\\x41'", "select $a$;$a$",
    "select $$ -- $$", "select /* /* nested */ */ 1", "select 1 --", "select 1 -- \u2028 ; drop table build",
    "select 1 /*", "select 'a''; drop table build; --'", "select \"a\"\"; drop\" from build", "select `a` from build",
    "from \"build\"\x00", "from build\x1a", "from build where '\\' = '\\'", "select chr(0) || 'x'",
    "select '\x08\x1b[2J'", "select 'e\u0301' = 'é'", "select '\U0010ffff'", "select '\ufffe'",
    "from main.\u200bbuild", "from buıld", "from BUİLD", "select 1 \\; drop table build", "select 1 as \"--\"", "{0}",
    "%s", "{{ env }}", "${jndi:ldap://127.0.0.1:«port»}", "<?php system('id') ?>", "' or 1=1 --",
    "1; exec xp_cmdshell 'id'", "select load_file('«csv»')", "select pg_read_file('«csv»')", "select pg_sleep(60)",
    "select sleep(60)", "select lo_import('«csv»')", "select xp_dirtree('«folder»')",
    "select dblink('host=127.0.0.1 port=«port»', 'x')", "do $$ begin end $$", "declare x cursor for select 1",
    "lock table build", "listen x", "grant all on build to public", "shutdown", "kill 1", "select system('id')",
    "select shell('id')", "create function f() returns int language c as 'x'",
    "create trigger t after insert on build begin select 1; end", "load_extension('«target»')", ".read «csv»",
    ".open «other»", ".output «target»", "\\! id", "pragma import_database('«folder»')",
]  # fmt: skip
# Statements that cost little to say and much to answer; each may take its whole second.
SIZES = [10**6, 10**9, 2**62]
EATING = [
    "select length(repeat('x', {0}))", "select len(range({0}))", "select list_sum(generate_series(1, {0}))",
    "select count(*) from (select unnest(range({0})) as a order by a desc)", "select list(range) from range({0})",
    "select count(distinct hash(range)) from range({0})", "select sum(range) from range({0}), build",
    "select max(length(string_agg(range::varchar, ','))) over () from range({0})",
    "select map_from_entries(list((range, range))) from range({0})", "select array_agg({a: range}) from range({0})",
    "select regexp_replace(repeat('ab', least({0}, 10000000)), '(a|b)*c', '')",
]  # fmt: skip
BOMBS = [
    "select " + "[" * 300 + "1" + "]" * 300, "select " + "{a: " * 300 + "1" + "}" * 300,
    "select 1 in (" + ", ".join(map(str, range(12_000))) + ")",
    "select '" + "(" * 20_000 + "' ~ '" + "(" * 20_000 + "'", "select cast(repeat('9', 10000000) as double)",
    "select cast(repeat('[', 5000000) as json)", "select cast(repeat('9', 39) as decimal(38, 0)) * 10",
    "select try_cast(repeat('9', 100000000) as hugeint)", "select 10::decimal(38, 0) ^ 37", "select factorial(100000)",
    "select 2 ** 100000", "select bit_count(repeat('1', 10000000)::bit)",
    "select json_extract(repeat('{\"a\":', 100000) || '1' || repeat('}', 100000), '$.a')",
    "with recursive t(a) as (select 'x' union all select a || a from t) select max(length(a)) from t",
    "with recursive t(a) as (select [1] union all select a || a from t) select max(len(a)) from t",
    "with recursive t as (select 1 as a union all select a from t, range(1000)) select count(*) from t",
    "select list_transform(range(100000), lambda x: range(x))",
    "select flatten([range(10000000) for x in range(1000)])",
    "select [[y for y in range(100000)] for x in range(100000)]", "select list_sort(range(100000000))",
    "from build " + "cross join range(1000000) " * 9, "select " + "||".join(["repeat('x', 9000000)"] * 60),
    "select " + ", ".join(f"(select max(range) from range({10**9 + n}))" for n in range(30)),
    "select regexp_matches(repeat('a', 5000000) || 'b', '^(a?){5000}a{5000}$')",
    "select regexp_extract_all(repeat('a', 50000000), 'a')", "select repeat('a', 100000) like repeat('%a', 40000)",
    "select repeat('a', 100000) similar to '((a{1,900}){1,900})'",
    "select jaccard(repeat('ab', 10000000), repeat('ba', 10000000))",
    "select editdist3(repeat('a', 50000), repeat('b', 50000))",
    "select strftime(date '2024-01-01', repeat('%c', 5000000))", "select format(repeat('{}', 100000), 1)",
    "select printf('%' || 2000000000 || 's', 'x')", "select sha256(repeat('x', 1000000000))",
    "select to_base64(repeat('x', 300000000)::blob)", "select string_split(repeat('a,', 50000000), ',')",
    "select unnest(string_split(repeat('a,', 5000000), ','))", "select translate(repeat('a', 100000000), 'a', 'b')",
    "select bitstring('1', 1000000000)", "select uuid() from range(1000000000)",
    "select generate_subscripts(range(100000000), 1)",
    "from generate_series(timestamp '0001-01-01', timestamp '9999-01-01', interval 1 microsecond)",
    "pivot (from range(1000000)) on range using count(*)",
    "select * from range(3000000) order by hash(range) desc limit 1 offset 2999999",
    "select grouping_id(a) from range(100000) t(a) group by cube(a, a, a, a, a, a, a, a, a, a)",
    "select " + "(select " * 400 + "1" + ")" * 400, "select " + "coalesce(" * 2000 + "1" + ")" * 2000,
    "from build where " + " or ".join(f"build_id = '{n}'" for n in range(3000)), "select " + "-" * 6000 + "1",
    "select row_number() over (order by a.range * b.range) from range(10000) a, range(10000) b",
    "select quantile(range, [" + ", ".join(["0.5"] * 5000) + "]) from range(100000)",
]  # fmt: skip


def _rotated(forms: list[str], fillings: list[str]) -> list[str]:
    """Each filling once, the forms in turn."""
    return [form.replace("{0}", filling) for form, filling in zip(cycle(forms), fillings, strict=False)]


def _crossed(forms: list[str], fillings: list[str]) -> list[str]:
    return [form.replace("{0}", filling) for form, filling in product(forms, fillings)]


def _dressed() -> Iterator[str]:
    """Statements written by hand, dressed up, one in three."""
    picked = [sql for family in ("reading", "settings", "writing", "secrets", "python") for sql in STATEMENTS[family]]
    for number, sql in enumerate(picked):
        yield from list(variants(sql))[number % 9 :: 6]


def families() -> dict[str, list[str]]:
    """Every statement of the grammar, by family."""
    reading = [reader.replace("{file}", file) for reader, file in product(READERS, PLANTED)]
    settings = [form.replace("{0}", name).replace("{1}", value)
                for (name, value), form in product(SETTINGS.items(), SETTING)]  # fmt: skip
    return {
        "planted files": _rotated(FROM, reading),
        "network": _crossed(REACHING, ADDRESSES),
        "spoiling": _crossed(SPOILING, TABLES),
        "shadows": _crossed(SHADOWING, ["fct_figures", "build", "range_reported", "count", "dim_sources"]),
        "settings by name": settings,
        "hidden functions": _crossed(SPELLED, HIDDEN),
        "files to write": _crossed(WRITING, WHERE),
        "environment": ASKING,
        "other databases": ELSEWHERE,
        "several": [f"from build{mark}{second}" for mark, second in product(SPLIT, SECOND)],
        "prepared": _crossed(PREPARED, ["from '«csv»'", "delete from build", "from read_text('«text»')"]),
        "odd letters": ODD,
        "dressed up": list(_dressed()),
    }


def bombs() -> list[str]:
    """Statements that may use up their whole time or memory."""
    return [form.replace("{0}", str(size)) for form, size in product(EATING, SIZES)] + BOMBS
