"""SQL is put together of names and texts that one function quotes, and foreign files are opened by one function."""

import ast
import re
from pathlib import Path

import pytest
from sql_walk import ROOT, Code, code

from common.quoting import identifier, literal

# What the walk cannot follow, by file, and why it is safe. A pattern that finds nothing any more fails the test too.
DECLARED = "names of columns and tables that are declared in code, and no cell of a file"
COUNTED = "a number"
QUESTION = "a reader's own question: it goes to the child process that is shut in (dashboard/sql/sandbox.py)"
ASKED = "names of columns that an address may name, each looked up among those declared"
OWN = "SQL of this project's own files"
EXCEPTIONS: dict[str, dict[str, str]] = {
    "bench/api_beside.py": {r"duck\.execute\(": "columns of a publication that the bench makes itself, quoted"},
    "bench/made_figures.py": {r"connection\.execute\(": "tables of a warehouse that the bench makes itself"},
    "bench/peers/sqlite_ranges.py": {r"csv\.reader\(file\)": "the header of a seed"},
    "bench/repeated.py": {r"connection\.execute\(": "views of a publication that the bench makes itself"},
    "bench/same_answers.py": {r"connection\.execute\(": "types of a publication that the bench makes itself"},
    "dashboard/queries/api/lists.py": {r"tables|wanted\.chosen|column|also": ASKED},
    "dashboard/queries/api/bases.py": {r"wanted\.chosen": ASKED},
    "dashboard/queries/api/checks.py": {r"check\.|TABLES\[UNRESOLVED\]": DECLARED},
    "dashboard/queries/api/orders.py": {r"table|order\.(table|by)|column|part\.sql": ASKED},
    "dashboard/queries/columns.py": {r"NAMED_BY_SCOPE|Name\(|Added\(": DECLARED},
    "dashboard/queries/api/parts.py": {r"wanted\.chosen": ASKED},
    "dashboard/queries/api/pages.py": {r"(queries_)?columns|table|key|order\.table": DECLARED},
    "dashboard/queries/api/ranges.py": {r"queries_columns\.|Added\(\)|part\.sql": DECLARED},
    "dashboard/queries/history.py": {r"wanted\.chosen": ASKED},
    "dashboard/queries/measure.py": {r"view\.filters|known\.chosen_ids\(name, value\)|scopes": ASKED},
    "dashboard/publication/cache.py": {
        r"self\._memory\.parsed\(query\)": "what the queries hand over, which is walked there"
    },
    "dashboard/sql/sandbox.py": {r"encoded\.decode\(\)|json\.loads\(": QUESTION},
    "dashboard/formats/registry.py": {
        r"typed\.": "names quoted by queries/parquet.py; types, keys and packing of the tables' own lists"
    },
    "common/table_macros.py": {r"contracts\(\)\[table\]\.columns": DECLARED},
    "dashboard/queries/unshown.py": {r"cursor\.execute\(": COUNTED},
    "ingest/record/columns.py": {r"TableSchema\(": DECLARED},
    "ingest/datasets/cells.py": {r"TYPES\[kind\]|rule\.": DECLARED},
    "ingest/datasets/corrections.py": {r"column\.name": DECLARED},
    "ingest/datasets/transform.py": {
        r"rule\.|every\.pop|name|JUDGED\[kind\]": DECLARED,
        r"reader\.sql": "the SQL of a reader of ours, which ingest/datasets/registry/reader.py judges",
    },
    "ingest/datasets/files/json.py": {
        r"reader\.(required|optional)": "columns that a reader of ours names, quoted as paths and names",
        r"ReadFile\(|connection\.execute\(": COUNTED,
    },
    "ingest/datasets/files/line_numbers.py": {r"connection\.execute\(|header\.line_count|data\.lines_above": COUNTED},
    "ingest/datasets/load.py": {r"result\.counts": COUNTED},
    "ingest/datasets/files/names.py": {r"TYPES\[kind\]": DECLARED},
    "ingest/datasets/files/parse.py": {
        r"header\.names|ReadFile\(|data\.lines_above": COUNTED,
    },
    "ingest/datasets/store.py": {
        r"column\.name": DECLARED,
        r"load\.|reader\.|release\.|Path\(each\.data": "values beside the names, bound",
    },
    "ingest/datasets/registry/types.py": {r"x": "a column that a reader of ours names, quoted where it is handed over"},
    "ingest/engines/compared.py": {r"connection\.execute\(": "types of a warehouse that this program built itself"},
    "ingest/engines/home.py": {r"known\[name\]\.columns": DECLARED},
    "ingest/warehouse/load.py": {
        r"schema\.key|schema\.names|column\.name|TABLES\[table\]\.key|e\.(documents|figures)": DECLARED
    },
    "ingest/text_checks/numbers.py": {r"text": "an expression of columns, quoted where it is handed over"},
    "common/models_sql.py": {r"_engine\(\)\.from_string": OWN},
    "ingest/warehouse/ours.py": {r"path\.stem": OWN},
    "ingest/warehouse/taken_away.py": {r"schema\.key": DECLARED},
    "ingest/warehouse/migrations.py": {r"migration\.sql": "SQL of this project, written out in the steps"},
    "ingest/warehouse/connection.py": {r"column\.name": DECLARED},
}
# Who opens a database file by its path, and why not by open_foreign.
CONNECTING = {
    "common/foreign.py": "the one door",
    "dashboard/sql/sandbox.py": "locked down further than the door does, in a process of its own",
    "ingest/engines/home.py": "a warehouse that it makes of an export, for writing",
    "ingest/warehouse/connection.py": "the working file, for writing",
    "ingest/warehouse/publish.py": "the working file, for writing",
    "ingest/up_to_date.py": "the working file, all rows of which are counted: the door's memory is too small",
}


def test_sql_is_put_together_of_safe_parts_alone() -> None:
    wrong, used = [], set()
    for module, node in code().unsafe():
        text = ast.unparse(node)
        known = [pattern for pattern in EXCEPTIONS.get(module.name, {}) if re.match(pattern, text)]
        used |= {(module.name, pattern) for pattern in known}
        if not known:
            wrong.append(f"{module.name}:{getattr(node, 'lineno', 0)}: {text}")
    assert not wrong, "quote it with identifier or literal of common/quoting.py, or bind it"
    unused = {(name, pattern) for name, patterns in EXCEPTIONS.items() for pattern in patterns} - used
    assert not unused, "these exceptions are needed no more"


BAD = {
    "a name between quotes of its own": """c.execute(f'select count(*) from "{c.execute("x").fetchall()[0][0]}"')""",
    "a percent sign": """c.execute("select '%s'" % open('x').read())""",
    "format": """c.execute("select '{}'".format(open('x').read()))""",
    "concatenation": """c.execute("select " + open('x').read())""",
    "a join": """c.execute("select " + ', '.join(open('x')))""",
    "a local name": """
def look(c):
    for name, in c.execute("select name from names").fetchall():
        sql = f"select * from {name}"
        c.execute(sql)""",
    "an argument": """
def look(c, name):
    c.execute(f"select * from {name}")
look(1, open('x').read())""",
    "an argument nobody gives here": """
def look(c, name):
    c.execute(f"select * from {name}")""",
    "what a function returns": """
def told():
    return open('x').read()
def look(c):
    c.execute(f"select {told()}")""",
    "what is appended": """
def look(c):
    parts = []
    parts.append(open('x').read())
    c.execute(" union all ".join(parts))""",
    "an attribute": """
def look(c, of):
    c.sql(f"select {of.name}")""",
}
GOOD = {
    "quoted": """
from common.quoting import identifier, literal
def look(c, name):
    c.execute(f"select {literal(name)} from {identifier(name)}")
    c.execute("select " + ", ".join(map(identifier, name)))""",
    "bound": """c.execute("select $1", [open('x').read()])""",
    "a constant": """
TABLES = {"figures": "a text"}
def look(c):
    for table in TABLES:
        c.execute(f"select * from {table} limit {len(table)}")""",
    "an argument that is constant at every call": """
def look(c, name, count: int):
    c.execute(f"select * from {name} limit {count}")
look(1, "figures", 2)
look(1, name="documents", count=open('x').read())""",
}


def walked(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "example.py"
    path.write_text(text, encoding="utf-8")
    return [ast.unparse(node) for _, node in Code([path]).unsafe()]


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_the_walk_finds_what_is_put_into_sql_unquoted(tmp_path: Path, text: str) -> None:
    assert walked(tmp_path, text)


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_the_walk_passes_what_is_quoted_bound_or_constant(tmp_path: Path, text: str) -> None:
    assert walked(tmp_path, text) == []


def test_quotes_are_doubled_in_one_place() -> None:
    for module in code().modules:
        for node in ast.walk(module.tree):
            is_replace = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "replace"
            given = [each.value for each in node.args if isinstance(each, ast.Constant)] if is_replace else []
            # Cells of the record are quoted as CSV wants it.
            is_sql = given == ["'", "''"] or (given == ['"', '""'] and module.name != "ingest/record/csv_writer.py")
            assert not is_sql or module.name == "common/quoting.py", module.name


def test_database_files_are_opened_by_one_function() -> None:
    for module in code().modules:
        for node in ast.walk(module.tree):
            is_connect = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "connect"
            base = ast.unparse(node.func.value) if is_connect else ""  # type: ignore[attr-defined]
            in_memory = not node.args or ast.unparse(node.args[0]) == "':memory:'" if is_connect else True
            if base in {"duckdb", "engine"} and not in_memory:
                # What the bench opens it has made itself, a million figures of it: the door's memory is too small.
                assert module.name in CONNECTING or module.name.startswith("bench/"), f"{module.name}:{node.lineno}"


def test_common_imports_neither_ingest_nor_the_dashboard() -> None:
    for path in sorted((ROOT / "common").glob("*.py")):
        found = re.findall(r"^\s*(?:import|from) (\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert not {"ingest", "dashboard"} & set(found), path


@pytest.mark.parametrize("text", ["plain", 'a"b', "a'b", "a\nb", 'x"; drop table t; --', "\u202e\U0001f4a3", "'';\"\""])
def test_what_is_quoted_comes_back_as_it_was(text: str) -> None:
    import duckdb  # noqa: PLC0415

    with duckdb.connect() as connection:
        connection.execute(f"create table {identifier(text)} as select {literal(text)} as {identifier(text)}")
        assert connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall() == [(text, text)]
        assert connection.execute(f"from {identifier(text)}").fetchall() == [(text,)]


def test_a_nul_is_refused_rather_than_cut_off() -> None:
    for quote in (identifier, literal):
        with pytest.raises(ValueError, match="NUL"):
            quote("a\0b")
