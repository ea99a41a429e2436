"""The house rules, held by reading the project's own files."""

import csv
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT.parent / "shared" / "documents"
FOLDERS = ["staging", "intermediate", "facts", "ranges", "checks"]
PREFIXES = {"staging": "stg_", "intermediate": "int_", "ranges": "range_", "checks": "check_"}
BUILT = {
    ".venv",
    ".git",
    "target",
    "logs",
    "published",
    "__pycache__",
    ".ruff_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".hypothesis",
}
MODELS = sorted((ROOT / "models").glob("*/*.sql"))
RULES = range(1, 12)


def project_files() -> Iterator[Path]:
    """Every text file that belongs to the project, built ones aside."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if (
            path.is_file()
            and not BUILT & set(inside)
            and path.suffix not in {".png", ".gz", ".br", ".duckdb", ".wal", ".pyc"}
        ):
            yield path


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def model_yaml(path: Path) -> dict:
    return yaml.safe_load(read(path.with_suffix(".yml")))["models"][0]


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
    assert any("unique_by" in test for test in model["data_tests"])


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


def test_pages_hold_no_sql_and_queries_hold_it_all() -> None:
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        if path.name != "publication.py" and not path.name.startswith("queries"):
            assert not re.search(r"\bselect\b[^\"']*\bfrom\b", read(path)), path


def test_seeds_hold_lookups_and_never_figures() -> None:
    for path in sorted((ROOT / "seeds").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert not {"value", "figure_id", "phrase"} & set(header), path
        assert {"name", "description", "reference"} <= set(header), path


def test_python_files_are_short() -> None:
    for folder in ("common", "ingest", "dashboard", "docs", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            assert len(read(path).splitlines()) <= 300, path


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


def test_every_dependency_earns_its_place() -> None:
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))
    pins = settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]
    wanted = [re.split(r"[=<>]", pin)[0] for pin in pins]
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
        [sys.executable, "-m", "ingest", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^    (\w+) {2,}", shown.stdout, flags=re.MULTILINE)
    assert {"check", "verify", "load"} <= set(listed)
    targets = re.findall(r"^([a-z-]+):.*## ", read(ROOT / "Makefile"), flags=re.MULTILINE)
    documented = read(ROOT / "README.md") + read(ROOT / "CONTRIBUTING.md")
    for command in [f"ingest {name}" for name in listed] + [f"make {name}" for name in targets]:
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
    for path in DOCUMENTS.glob("*.txt"):
        for line in read(path).splitlines():
            told |= runs(line)
    for path in project_files():
        if path.name not in {"requirements.txt", "LICENSE"}:
            assert not runs(read(path)) & told, path
