"""The record with the samples of published data sets, as `make run SAMPLES=1` loads them."""

from workshop import ROOT, Workshop

SAMPLES = {
    "ucdp_ged": ("20.1-sample", "ged_syria_extract.csv"),
    "unhcr_population": ("2025.12.1-sample", "population_syria.csv"),
    "idmc_gidd": ("2025-sample", "conflict_idps_extract.csv"),
}


def build_samples(workshop: Workshop) -> None:
    """Load the record and the three samples, and build with every test of the data."""
    loads = [[], *([name, str(ROOT / "samples" / name / file), "--version", version]
                   for name, (version, file) in SAMPLES.items())]  # fmt: skip
    for arguments in loads:
        loaded = workshop.load(*arguments)
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [row.node.name for row in result.result if row.status not in ("pass", "success")]
