with versions as (

    select * from {{ ref('stg_versions') }}

),

version_cells as (

    select * from {{ ref('stg_version_cells') }}

),

figures as (

    select * from {{ ref('fct_figures') }}

),

documents as (

    select * from {{ ref('dim_documents') }}

),

stated as (

    -- What the record said and readers saw: no drafts, no tombstones, no document whose figures are all restricted.
    select
        versions.*,
        lag(versions.load_id) over of_row as previous_load_id,
        lag(versions.status) over of_row as previous_status,
        lag(versions.replaced_at) over of_row as previous_replaced_at,
        lead(versions.loaded_at) over of_row as next_loaded_at
    from versions
    left join documents on versions.document_id = documents.document_id
    where
        versions.removed_at is null and coalesce({{ is_read_twice('versions.status') }}, true)
        and (versions.record_table = 'figures' or documents.document_id is not null)
    window of_row as (partition by versions.record_table, versions.row_id order by versions.loaded_at)

),

arrived as (

    -- Where one version does not begin as the other ends, the row was gone in between.
    select
        *,
        case
            when previous_load_id is null then 'added'
            when previous_replaced_at < loaded_at then 'restored'
            when status = 'withdrawn' and previous_status <> 'withdrawn' then 'withdrawn'
            else 'changed'
        end as change
    from stated

),

removed as (

    select
        stated.*,
        tombstones.note as reason
    from stated
    left join versions as tombstones
        on stated.record_table = tombstones.record_table and stated.row_id = tombstones.row_id
        and stated.replaced_at = tombstones.loaded_at
        and tombstones.removed_at is not null
    where stated.replaced_at is not null and stated.replaced_at is distinct from stated.next_loaded_at

),

cells as (

    -- A total that is restricted or a draft is not named.
    select
        version_cells.record_table,
        version_cells.row_id,
        version_cells.load_id,
        version_cells.column_name,
        case when version_cells.column_name = 'part_of' then totals.figure_id else version_cells.cell end as cell
    from version_cells
    left join figures as totals on version_cells.cell = totals.figure_id and version_cells.column_name = 'part_of'

),

changed as (

    select
        arrived.*,
        cells.column_name,
        earlier.cell as value_old,
        cells.cell as value_new
    from arrived
    inner join cells
        on arrived.record_table = cells.record_table and arrived.row_id = cells.row_id
        and arrived.load_id = cells.load_id
    inner join cells as earlier
        on cells.record_table = earlier.record_table and cells.row_id = earlier.row_id
        and cells.column_name = earlier.column_name
        and arrived.previous_load_id = earlier.load_id
    where
        cells.cell is distinct from earlier.cell
        and (arrived.change <> 'withdrawn' or cells.column_name not in ('status', 'note'))

),

final as (

    {{ revisions('arrived', reason="case when status = 'withdrawn' then note end") }}
    where change <> 'changed' and (change <> 'added' or is_of_first_load is distinct from true)
    union all
    {%- set untold = "case status when 'published' then 'Not in its release any more.' else 'Set back to draft.' end" %}
    {{ revisions('removed', "'removed'", 'coalesce(reason, ' ~ untold ~ ')', 'replaced_by', 'replaced_at') }}
    union all
    {{ revisions('changed', change="'changed'", cell=['column_name', 'value_old', 'value_new']) }}

)

select * from final
order by loaded_at, revision_id
