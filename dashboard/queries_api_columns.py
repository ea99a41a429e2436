"""The columns of every resource: SQL that dresses a `page` of rows `f` in names and words, `key` last."""

from dashboard.queries import NAME_COLUMNS, NAMES

# The envelope under the plain names, with party claims in it or without them.
TWINS = (
    "lowest", "highest", "agreement_low", "agreement_high", "agreement_source_count", "source_count", "report_count",
    "is_open_below", "is_open_above", "is_disputed",
)  # fmt: skip
SCOPE = """f.episode_id, f.measure_id, f.unit_id, f.population_id, f.place_id, f.cause_id, f.actor_id, f.incident_id,
    f.counting, f.period_start_on, f.period_end_on"""
STANDS = """case when f.is_withdrawn then 'withdrawn' when r.superseded_on <= $known_on then 'superseded'
    else 'standing' end as standing, case when r.superseded_on <= $known_on then r.superseded_on end as superseded_on"""
# What was asked for, or else the convention of the publication.
CONVENTION = "coalesce($hedge_convention, (select hedge_convention from build))"
# The readings of a page by its keys: those it has, or those by the convention asked for.
OWN_READINGS = "select page.*, build.hedge_convention from page cross join build"
READINGS = """select figure_id as key, * from fct_readings
    where hedge_convention = $hedge_convention and figure_id in (select key from page)"""
READING = """g.hedge_convention, g.low, g.value_stated, g.high, g.low_basis, g.high_basis, g.share_low_pct,
    g.share_stated_pct, g.share_high_pct"""
# Parts read later move the implied bounds: before the last document they are not yet known. They are worked out by the
# convention of the publication alone.
IMPLIED = f"""case when $known_on >= (select max(known_until_on) from build)
    and {CONVENTION} = (select hedge_convention from build) then f.implied_{{0}} end as implied_{{0}}"""
# Stands for columns that not every publication has (queries_data_sets.figure_columns).
OF_DATA_SETS = "f.columns_of_data_sets"
DRESSES = {
    "figures": f"""
        select f.figure_id, f.report_id, f.document_id, f.scope_id, f.source_id, f.voice_id, {SCOPE}, {NAME_COLUMNS},
            sources.name as source_name, voices.name as voice_name, f.phrase, f.hedge_id, hedges.name as hedge_name,
            {READING}, f.is_share, {IMPLIED.format("low")}, {IMPLIED.format("high")}, f.part_of,
            {STANDS}, f.is_party_claim, f.is_relay, f.reported_on, f.reported_on_basis, f.published_on,
            f.published_on_basis, documents.publisher, documents.title as document_title,
            documents.url as document_url, f.paragraph, f.status, f.note, f.record_file, f.record_line, f.coded_on,
            f.checked_on, f.loaded_at, {OF_DATA_SETS}, f.key
        from page as f {NAMES}
        left join readings as g on f.key = g.key
        left join dim_sources as sources on f.source_id = sources.source_id
        left join dim_voices as voices on f.voice_id = voices.voice_id
        left join (select distinct hedge_id, name from dim_hedges) as hedges on f.hedge_id = hedges.hedge_id
        left join dim_documents as documents on f.document_id = documents.document_id
        left join fct_reports as r on f.report_id = r.report_id
    """,
    "reports": f"""
        select f.report_id, f.scope_id, f.source_id, f.voice_id, {SCOPE}, {NAME_COLUMNS},
            sources.name as source_name, voices.name as voice_name, told.phrase, f.hedge_id, {READING}, f.is_share,
            {STANDS}, f.is_party_claim, told.figure_count, told.document_count, told.figure_ids, f.reported_on,
            f.first_published_on, told.last_published_on, f.key
        from page as f {NAMES}
        left join readings as g on f.key = g.key
        left join dim_sources as sources on f.source_id = sources.source_id
        left join dim_voices as voices on f.voice_id = voices.voice_id
        left join (
            select report_id, count(*) as figure_count, count(distinct document_id) as document_count,
                arg_min(phrase, cast(published_on as varchar) || figure_id) as phrase,
                string_agg(figure_id, ' ' order by figure_id) as figure_ids, max(published_on) as last_published_on
            from fct_figures where published_on <= $known_on and report_id in (select report_id from page)
            group by report_id
        ) as told on f.report_id = told.report_id
        left join fct_reports as r on f.report_id = r.report_id
    """,
    "ranges": f"""
        select f.key as range_id, f.scope_id, {SCOPE}, {NAME_COLUMNS}, behind.voices,
            f.hedge_convention, {", ".join(f"f.{name}" for name in TWINS)},
            {", ".join(f"f.{name}_without_party_claims" for name in TWINS)}, f.valid_from_on, f.valid_to_on, f.key
        from page as f {NAMES}
        left join (
            select s.scope_id, s.valid_from_on, string_agg(distinct v.name, '; ' order by v.name) as voices
            from range_standing_reports as s inner join dim_voices as v on s.voice_id = v.voice_id
            where s.scope_id in (select scope_id from page)
                and s.hedge_convention = {CONVENTION} and not (s.is_party_claim and $without)
            group by s.scope_id, s.valid_from_on
        ) as behind on f.scope_id = behind.scope_id and f.valid_from_on = behind.valid_from_on
    """,
    "sources": """
        select f.voice_id, f.source_id, v.name as voice_name, s.name as source_name, v.kind, v.publisher,
            v.document_id, v.is_party, f.figure_count, f.report_count, f.standing_report_count, f.document_count,
            f.first_published_on, f.last_published_on, f.key
        from page as f
        left join dim_voices as v on f.voice_id = v.voice_id
        left join dim_sources as s on f.source_id = s.source_id
    """,
    "checks": """
        select f.key as check_id, f.check_name, f.sentence, f.is_certain, f.figure_id, f.other_figure_id, o.scope_id,
            o.episode_id, o.measure_id, o.population_id, o.place_id, o.cause_id, o.actor_id, o.counting, o.source_id,
            p.source_id as other_source_id, coalesce(o.is_party_claim, false) or coalesce(p.is_party_claim, false)
            as has_party_claim, greatest(o.published_on, p.published_on) as known_from_on, f.key
        from page as f
        left join fct_figures as o on f.figure_id = o.figure_id
        left join fct_figures as p on f.other_figure_id = p.figure_id
    """,
}
