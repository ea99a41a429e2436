"""The house rules, held by reading the project's own files."""

import ast
import csv
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from common.contracts import described

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT.parent / "shared" / "documents"
FOLDERS = ["staging", "intermediate", "facts", "ranges", "checks", "views"]
PREFIXES = {"staging": "stg_", "intermediate": "int_", "ranges": "range_", "checks": "check_", "views": ""}
BUILT = {
    ".venv",
    ".venv-spark",
    ".git",
    "target",
    "logs",
    "published",
    "__pycache__",
    ".ruff_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".hypothesis",
    "backups",
}
SHIPPED = {path.name for path in (ROOT / "tests" / "fixtures" / "record").iterdir() if path.is_dir()}
MODELS = sorted((ROOT / "models").glob("*/*.sql"))
RULES = range(1, 14)
# From the ground up: a module imports its own floor and those below it. A package is a floor, and so is a module that
# lies beside the packages.
FLOORS = {
    "ingest": [
        "errors", "files", "space", "work_folders", "up_to_date", "dbt_process", "text_checks", "places", "record",
        "phrases", "double_coding", "curation", "datasets.registry", "datasets.files", "warehouse", "datasets",
        "history", "engines", "cli", "cli.coding", "__main__",
    ],
    "desk": ["reading", "finder", "episode", "outcome", "coding", "page", "cli", "__main__"],
    "dashboard": [
        "errors", "odd_cells", "wording", "publication", "text", "request", "queries", "queries.over_time",
        "queries.find", "queries.api", "formats", "charts", "charts.series", "charts.world", "http", "sql",
        "components", "api", "sections.over_time", "sections", "sections.find", "exports", "pages", "app", "server",
        "cli", "__main__",
    ],
}  # fmt: skip


def project_files() -> Iterator[Path]:
    """Every text file that belongs to the project; what is built and a user's own episodes aside."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if (
            path.is_file()
            and not BUILT & set(inside)
            and (inside[0] != "figures" or len(inside) == 2 or inside[1] in SHIPPED)
            and path.suffix not in {".png", ".gz", ".br", ".duckdb", ".wal", ".pyc"}
        ):
            yield path


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def described_models() -> dict[str, dict]:
    return described(*FOLDERS)


def model_yaml(path: Path) -> dict:
    return described_models()[path.stem]


def references(sql: str) -> set[str]:
    return set(re.findall(r"ref\('(\w+)'\)", sql))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_no_model_refers_to_a_later_folder(path: Path) -> None:
    folder_of = {model.stem: model.parent.name for model in MODELS}
    for name in references(read(path)) & set(folder_of):
        assert FOLDERS.index(folder_of[name]) <= FOLDERS.index(path.parent.name), f"{path.stem} refers to {name}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_models_are_named_after_their_folder_and_short(path: Path) -> None:
    prefix = PREFIXES.get(path.parent.name, ("dim_", "fct_"))
    assert path.stem.startswith(prefix)
    assert len(read(path).splitlines()) <= 120


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_model_says_its_grain_and_proves_it(path: Path) -> None:
    model = model_yaml(path)
    assert model["name"] == path.stem
    assert re.search(r"One row per [^.]+\.$", model["description"].strip()), model["description"]
    tests = {name: test["arguments"] for each in model["data_tests"] for name, test in each.items()}
    claims = tests.pop("claims_hold", {})
    # Row conservation by the key, of all rows, says that no key is there twice.
    kept = [tests.get("keeps_rows_of", {"here": ""}), *claims.get("keeps_rows_of", {}).values()]
    is_unique = "unique_combination_of_columns" in {*tests, *claims}
    assert is_unique or any("here" not in each for each in kept)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_column_is_described(path: Path) -> None:
    blocks = set(re.findall(r"{% docs (\w+) %}", read(ROOT / "models" / "columns.md")))
    for column in model_yaml(path)["columns"]:
        told = re.search(r"doc\('(\w+)'\)", column["description"])
        assert told and told.group(1) in blocks, column["name"]


@pytest.mark.parametrize(
    ("trap", "pattern"),
    [
        ("QUALIFY is not in Postgres", r"\bqualify\b"),
        ("ASOF JOIN is DuckDB's own", r"\basof\b"),
        ("lists are not portable", r"\[\s*\d|\blist_\w+\(|\bunnest\("),
        ("* EXCLUDE is DuckDB's own", r"\*\s*(exclude|replace)\b"),
        ("JSON arrows differ", r"->>?"),
        ("starts_with differs", r"\bstarts_with\("),
        ("division by zero differs", r"[^{]%[^}]|//"),
        ("~ changed its meaning in DuckDB 2.0", r"~"),
        ("dates are formatted differently", r"\b(strftime|date_format|to_char)\("),
        ("a window built on a named one is not in Spark", r"\bover\s*\(\s*(?!partition\b|order\b|rows\b|range\b|\))\w"),
        ("IGNORE NULLS stands elsewhere in Spark", r"\bignore nulls\b"),
        ("a bare sum is wider than bigint", r"(?<!cast\()\bsum\((?!case)"),
    ],
)
def test_sql_runs_on_duckdb_and_spark(trap: str, pattern: str) -> None:
    found = []
    for path in MODELS:
        sql = re.sub(r"{[{%#].*?[}%#]}|--[^\n]*|'[^']*'", " ", read(path), flags=re.DOTALL)
        # Sums are cast where they are kept; a sum inside a cast or compared on the spot keeps no type.
        sql = re.sub(r"cast\((greatest\()?sum\(", "cast(", sql)
        found += [f"{path.stem}: {match.group(0)}" for match in re.finditer(pattern, sql, flags=re.IGNORECASE)]
    assert not found, trap


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_judgement_has_a_unit_test_and_a_paragraph(rule: int) -> None:
    units = "\n".join(read(path) for path in (ROOT / "models").glob("*/*_rules.yml"))
    assert re.search(rf"name: rule_{rule:02}_\w+", units)
    assert re.search(rf"^\*\*Rule {rule}, [a-z ,]+\.\*\*", read(ROOT / "docs" / "method.md"), flags=re.MULTILINE)


def test_the_dashboard_knows_neither_ingest_nor_the_inner_schemas() -> None:
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        text = read(path)
        assert not re.search(r"^\s*(import|from) ingest", text, flags=re.MULTILINE), path
        assert not re.search(r"\b(raw|staging)\.\w|\b(from|join) (stg|int)_", text), path


def test_desk_and_dashboard_know_nothing_of_each_other() -> None:
    """What is served cannot write, and what writes is not served: docs/security.md."""
    for top, other in (("dashboard", "desk"), ("desk", "dashboard")):
        for path in sorted((ROOT / top).rglob("*.py")):
            assert not re.search(rf"^\s*(import|from) {other}\b", read(path), flags=re.MULTILINE), path


def test_pages_hold_no_sql_and_queries_hold_it_all() -> None:
    queries = ROOT / "dashboard" / "queries"
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        if path != ROOT / "dashboard" / "publication" / "open_file.py" and not path.is_relative_to(queries):
            assert not re.search(r"\bselect\b[^\"']*\bfrom\b", read(path)), path


def test_every_table_the_dashboard_asks_is_in_an_exposure() -> None:
    """So that the documentation site shows who reads a table; the SQL page, which offers all of them, aside."""
    told = yaml.safe_load(read(ROOT / "models" / "exposures.yml"))["exposures"]
    tables = {path.stem for path in MODELS if path.parent.name in ("facts", "ranges", "checks", "views")}
    exposed = {each["name"]: {name for one in each["depends_on"] for name in references(one)} for each in told}
    assert exposed.pop("sql_page") == tables
    queries = "".join(read(path) for path in sorted((ROOT / "dashboard" / "queries").rglob("*.py")))
    asked = set(re.findall(r"\b(?:dim|fct|range|check)_\w+", queries)) & tables
    assert asked - set[str]().union(*exposed.values()) == set()


def test_seeds_hold_lookups_and_never_figures() -> None:
    for path in sorted((ROOT / "seeds").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert not {"value", "figure_id", "phrase"} & set(header), path
        assert {"name", "description", "reference"} <= set(header), path


def modules_of(top: str) -> dict[str, Path]:
    """The modules of a top folder by dotted name; a package's name stands for its __init__."""
    found = {}
    for path in sorted((ROOT / top).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules among those known that a file imports, also inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(read(path))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [[f"{node.module}.{alias.name}", node.module] for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [[alias.name] for alias in node.names]
        found |= {next((name for name in each if name in known), "") for each in names}
    return found - {""}


def floor_of(module: str, path: Path) -> str:
    """The floor a module lives on: its package, or itself where it lies beside the packages."""
    inside = module.partition(".")[2]
    if path.name == "__init__.py":
        return inside
    return inside.rpartition(".")[0] or inside


@pytest.mark.parametrize("top", FLOORS)
def test_imports_go_down_only_and_never_in_a_circle(top: str) -> None:
    known = modules_of(top)
    for module, path in known.items():
        mine = floor_of(module, path)
        if not mine:
            continue
        assert mine in FLOORS[top], f"{module} lies on no floor: name it in FLOORS"
        for other in imports_of(path, known):
            below = floor_of(other, known[other])
            assert FLOORS[top].index(below) <= FLOORS[top].index(mine), f"{module} imports {other}"


@pytest.mark.parametrize("top", FLOORS)
def test_every_floor_is_there(top: str) -> None:
    known = modules_of(top)
    assert set(FLOORS[top]) == {floor_of(module, path) for module, path in known.items()} - {""}


@pytest.mark.parametrize("top", ["common", "on_record", *FLOORS])
def test_a_package_says_what_belongs_there_and_has_at_most_twelve_modules(top: str) -> None:
    for folder in {path.parent for path in (ROOT / top).rglob("*.py")}:
        said = ast.get_docstring(ast.parse(read(folder / "__init__.py")))
        assert said and len(said) > 40, folder
        modules = [path for path in folder.glob("*.py") if path.name not in ("__init__.py", "__main__.py")]
        assert len(modules) <= 12, folder


def test_every_module_says_what_it_is_for() -> None:
    for top in ("common", "on_record", *FLOORS):
        for path in (ROOT / top).rglob("*.py"):
            assert ast.get_docstring(ast.parse(read(path))), path


def test_python_files_are_short() -> None:
    for folder in ("common", "ingest", "dashboard", "desk", "on_record", "docs", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            assert len(read(path).splitlines()) <= 500, path


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    registry = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|index-url\s*=)", re.IGNORECASE)
    machine = re.compile(r"(?<![\w.])/(root|home|work|Users)/\w")
    for path in project_files():
        if path == Path(__file__).resolve():
            continue
        assert not registry.search(read(path)), path
        assert not machine.search(read(path)), path


def test_the_lock_is_pinned_and_hashed() -> None:
    lock = read(ROOT / "requirements.txt")
    assert "://" not in lock
    packages = re.findall(r"^([a-z][\w.-]*)==", lock, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:]
    assert len(packages) == len(blocks) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert "dbt-core-experimental-parser" not in packages


@pytest.mark.parametrize(("name", "package"), [("spark", "pyspark"), ("postgres", "psycopg")])
def test_the_locks_of_ones_own_choice_are_hashed_and_agree_with_the_other(name: str, package: str) -> None:
    lock, main = (read(ROOT / f"requirements{suffix}.txt") for suffix in (f"-{name}", ""))
    assert "://" not in lock
    pins, ours = (dict(re.findall(r"^([a-z][\w.-]*)==([^\s;]+)", text, flags=re.MULTILINE)) for text in (lock, main))
    assert package in pins and package not in ours
    blocks = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert {each: version for each, version in pins.items() if ours.get(each, version) != version} == {}


def test_every_dependency_earns_its_place() -> None:
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))
    pins = settings["project"]["dependencies"] + [
        each for group in settings["dependency-groups"].values() for each in group
    ]
    wanted = [re.split(r"[=<>\[]", pin)[0] for pin in pins]
    told = read(ROOT / "docs" / "decisions" / "0002-dependencies.md")
    assert len(wanted) > 15
    assert [name for name in wanted if name not in told] == []


def test_the_codebook_is_current() -> None:
    spec = importlib.util.spec_from_file_location("codebook", ROOT / "docs" / "codebook.py")
    assert spec and spec.loader
    codebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(codebook)
    assert codebook.PAGE.read_text(encoding="utf-8") == codebook.render(), "run: make codebook"


def test_ci_runs_exactly_the_command_of_the_readme() -> None:
    commands = [
        line for line in read(ROOT / ".ci" / "run").splitlines() if line and not line.startswith(("#", "set", "cd"))
    ]
    assert commands == ["make test"]
    assert "make test" in read(ROOT / "README.md")


def test_every_command_is_documented() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "on_record", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^  (\w+) {2,}[a-z]", shown.stdout.partition("A first use")[0], flags=re.MULTILINE)
    assert {"check", "verify", "load", "serve", "ranges", "query"} <= set(listed)
    targets = re.findall(r"^([a-z-]+):.*## ", read(ROOT / "Makefile"), flags=re.MULTILINE)
    documented = read(ROOT / "README.md") + read(ROOT / "CONTRIBUTING.md")
    for command in [f"on-record {name}" for name in listed] + [f"make {name}" for name in targets]:
        assert command in documented, command


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the texts of the documents are not beside the project")
def test_no_sentence_of_a_document_is_in_the_project() -> None:
    """Nine words in a row are more than a number phrase."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[start : start + 9]) for start in range(len(words) - 8)}

    told: set[tuple[str, ...]] = set()
    for path in DOCUMENTS.rglob("*.txt"):
        for line in read(path).splitlines():
            told |= runs(line)
    # The name of an institution is no sentence, however long.
    with (ROOT / "seeds" / "source_names.csv").open(encoding="utf-8", newline="") as file:
        told -= {run for row in csv.DictReader(file) for run in runs(row["name"])}
    for path in project_files():
        if path.name not in {"requirements.txt", "LICENSE"}:
            assert not runs(read(path)) & told, path
