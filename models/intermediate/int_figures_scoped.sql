{#- Whose losses a number is about: of people theirs who were harmed, of deeds theirs who did them. -#}
{%- set struck = "coalesce(harmed.side, case when identified.unit_id <> 'people' then doers.side end)" -%}
with placed as (

    select * from {{ ref('int_figures_placed') }}

),

documents as (

    select * from {{ ref('stg_documents') }}

),

families as (

    select * from {{ ref('int_source_families') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

{% for name, relation in {'sources': 'sources', 'measures': 'measures', 'sides': 'int_party_sides'}.items() -%}
{{ name }} as (

    select * from {{ ref(relation) }}

),

{% endfor -%}

identified as (

    select
        placed.*,
        {{ named('documents', ['publisher', 'agency', 'title', 'url', 'published_on_basis']) }},
        -- Who says it is whom the source itself cites: the UN quoting SOHR is SOHR.
        coalesce(placed.source_original_id, placed.source_id) as speaker_id,
        -- A share counts percent, so it never meets a number of people.
        case when placed.hedge_id = 'share' then 'percent' else measures.unit_id end as unit_id,
        -- What is told of a day that the release before could have told is news of this release: it corrects or adds.
        case
            when placed.published_on > coalesce(releases.previous_published_on, date '0001-01-01')
                then placed.published_on
            else documents.published_on
        end as readable_on,
        releases.replaced_on
    from placed
    inner join documents on placed.document_id = documents.document_id
    inner join measures on placed.measure_id = measures.measure_id
    left join releases on placed.document_id = releases.document_id

),

voiced as (

    select
        {{ named('identified', ['figure_id', 'document_id', 'episode_id', 'source_id', 'measure_id']) }},
        -- "Unattributed" is each wire, publisher, or document of an unknown one; else the head of the family speaks.
        case
            when identified.speaker_id = 'unattributed'
                then 'unattributed:' || coalesce(identified.agency, identified.publisher, identified.document_id)
            else families.family_id
        end as voice_id,
        {{ speaker_name('identified', 'sources') }} as speaker_name,
        -- "Dozens of soldiers, among them a general": what nothing tells from its total is no other count of it.
        {{ scope_id('identified') }} || case
            when identified.hedge_id <> 'share' and {{ scope_id('identified') }} = {{ scope_id('totals') }}
                then '.part.' || identified.figure_id
            else ''
        end as scope_id,
        identified.unit_id,
        identified.known_place_id as place_id,
        {{ named('identified', ['population_id', 'cause_id', 'actor_id', 'source_original_id']) }},
        -- A total that is restricted or a draft is not named.
        totals.figure_id as part_of,
        {{ named('identified', ['scope_incident_id', 'hedge_id', 'counting', 'verification', 'stated_place']) }},
        identified.title as document_title,
        identified.url as document_url,
        {{ named('identified', ['publisher', 'agency', 'published_on_basis', 'doubts', 'kind', 'scope_kind']) }},
        {{ named('identified', ['interval_kind', 'interval_level', 'place_role', 'source_grade']) }},
        {{ named('identified', ['source_grade_scheme', 'rounded_to']) }},
        case
            when {{ struck }} = speakers.side then 'own'
            when {{ struck }} <> speakers.side then 'enemy'
            when speakers.side is not null then 'others'
        end as claim_about,
        speakers.side is not null as is_party_claim,
        identified.status = 'withdrawn' as is_withdrawn,
        {{ named('identified', ['is_counted_until_stated', 'scope_start_on', 'scope_end_on', 'counted_until_on']) }},
        identified.readable_on as published_on,
        {{ named('identified', ['reported_on', 'replaced_on', 'retracted_on', 'reported_at']) }},
        -- What a figure is told with goes along: to put it beside each again takes the memory of a second table.
        {{ named('identified', ['incident_id', 'dataset_id', 'load_id', 'phrase', 'source_original']) }},
        {{ named('identified', ['place_name', 'place_precision', 'flags', 'reported_on_basis', 'status']) }},
        {{ named('identified', ['note', 'record_file', 'paragraph', 'record_line', 'latitude']) }},
        {{ named('identified', ['longitude', 'period_start_on', 'period_end_on', 'coded_on', 'checked_on']) }},
        identified.loaded_at
    from identified
    inner join families on identified.speaker_id = families.source_id
    inner join sources on identified.speaker_id = sources.source_id
    left join placed as totals on identified.part_of = totals.figure_id
    {% for alias, dimension in {'speakers': 'source', 'harmed': 'population', 'doers': 'actor'}.items() -%}
    left join sides as {{ alias }}
        on identified.episode_id = {{ alias }}.episode_id
        and {{ alias }}.dimension = '{{ dimension }}'
        and identified.{{ 'speaker' if dimension == 'source' else dimension }}_id = {{ alias }}.member_id
    {% endfor %}

)

select * from voiced
