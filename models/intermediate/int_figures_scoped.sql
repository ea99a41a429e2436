with figures as (

    select * from {{ ref('stg_figures') }}
    where {{ is_affected('source') }}

),

totals as (

    select figure_id from {{ ref('stg_figures') }}
    where status <> 'draft' and {{ is_affected('source') }}

),

documents as (

    select * from {{ ref('stg_documents') }}

),

sources as (

    select * from {{ ref('sources') }}

),

places_named as (

    select * from {{ ref('int_places_named') }}

),

releases as (

    select * from {{ ref('int_dataset_releases') }}

),

measures as (

    select * from {{ ref('measures') }}

),

validated as (

    -- A draft has not been read twice: it is not a fact yet. A withdrawn figure stays, and does not stand.
    select
        figures.*,
        coalesce(figures.place_id, places_named.place_id) as known_place_id,
        -- Two names that no list knows are not one place: each is a scope of its own, a full stop of it a middle dot.
        case
            when not places_named.is_resolved then places_named.place_id || ':' || replace(figures.place_name, '.', '·')
            else coalesce(figures.place_id, places_named.place_id)
        end as scope_place
    from figures
    left join places_named on figures.place_id is null and figures.place_name = places_named.place_name
    where figures.status <> 'draft'

),

placed_in_time as (

    select
        *,
        -- The period is part of what a period or incident figure counts; a cumulative one is named by its start; the
        -- stock of a stated day, as of the end of a year, by that day.
        case when counting <> 'stock' or period_start_on = period_end_on then period_start_on end as scope_start_on,
        case
            when counting = 'period' then coalesce(period_end_on, reported_on)
            when counting = 'incident' then coalesce(period_end_on, period_start_on)
            when counting = 'stock' and period_start_on = period_end_on then period_end_on
        end as scope_end_on,
        case when counting = 'incident' then incident_id end as scope_incident_id
    from validated

),

voiced as (

    select
        {{ named('placed_in_time', ['figure_id', 'document_id', 'episode_id', 'source_id', 'measure_id']) }},
        -- "Unattributed" is not one source: every publisher, or every document of an unknown one, speaks for itself.
        case
            when placed_in_time.source_id = 'unattributed'
                then 'unattributed:' || coalesce(documents.publisher, placed_in_time.document_id)
            else placed_in_time.source_id
        end as voice_id,
        {{ scope_id('placed_in_time') }} as scope_id,
        -- A share counts percent, so it never meets a number of people.
        case when placed_in_time.hedge_id = 'share' then 'percent' else measures.unit_id end as unit_id,
        placed_in_time.known_place_id as place_id,
        {{ named('placed_in_time', ['population_id', 'cause_id', 'actor_id']) }},
        -- A total that is restricted or a draft is not named.
        totals.figure_id as part_of,
        {{ named('placed_in_time', ['scope_incident_id', 'hedge_id', 'counting']) }},
        documents.title as document_title,
        documents.url as document_url,
        {{ named('documents', ['publisher', 'published_on_basis']) }},
        sources.is_party as is_party_claim,
        placed_in_time.status = 'withdrawn' as is_withdrawn,
        {{ named('placed_in_time', ['scope_start_on', 'scope_end_on', 'reported_on']) }},
        coalesce(placed_in_time.published_on, documents.published_on) as published_on,
        releases.replaced_on,
        -- What a figure is told with goes along: to put it beside each again takes the memory of a second table.
        {{ named('placed_in_time', ['incident_id', 'dataset_id', 'load_id', 'phrase', 'source_original']) }},
        {{ named('placed_in_time', ['place_name', 'place_precision', 'flags', 'reported_on_basis', 'status']) }},
        {{ named('placed_in_time', ['note', 'record_file', 'paragraph', 'record_line', 'latitude']) }},
        {{ named('placed_in_time', ['longitude', 'period_start_on', 'period_end_on', 'coded_on', 'checked_on']) }},
        placed_in_time.loaded_at
    from placed_in_time
    inner join documents on placed_in_time.document_id = documents.document_id
    inner join sources on placed_in_time.source_id = sources.source_id
    inner join measures on placed_in_time.measure_id = measures.measure_id
    left join releases on placed_in_time.document_id = releases.document_id
    left join totals on placed_in_time.part_of = totals.figure_id

)

select * from voiced
