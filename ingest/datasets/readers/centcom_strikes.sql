-- A line of a press release: so many strikes near a place on a day. Every line is an incident of its own: they add up.
-- The file has a column called line too: it arrives as line_in_file.
with lines as (

    select
        *,
        -- The file has no ids: day, place and words of the release name a row, and the same twice is one row too many.
        left(md5(concat_ws('|', date, country, location, line_in_file)), 16) as row_key,
        month_day_year(date) as struck_on,
        -- "Near Ar Raqqah, one strike …": the place as the release writes it, before the producer cleaned it.
        nullif(regexp_extract(line_in_file, '(?i)^\W*(?:v?near|in) ([^,;]+),', 1), '') as place_in_release
    from file_rows

),

final as (

    select
        row_key,
        'airstrikes' as figure_key,
        line,
        'cjtf_oir' as source_id,
        null as source_original,
        concat_ws(' ', number, regexp_extract(description, '(?i)^(air)?strikes?')) as phrase,
        'airstrikes' as measure_id,
        'all' as population_id,
        null as place_id,
        -- The country is "Tikrit, Iraq" once.
        location || ', ' || regexp_replace(country, '^.*, ', '') as place_name,
        'point' as place_precision,
        null as latitude,
        null as longitude,
        'airstrike' as cause_id,
        'oir_coalition' as actor_id,
        'incident' as counting,
        struck_on as period_start_on,
        struck_on as period_end_on,
        struck_on as reported_on,
        'inferred' as reported_on_basis,
        null as published_on,
        'exact' as hedge_id,
        number as value,
        null as low,
        null as high,
        null as part_of_key,
        'centcom_strikes-' || row_key as incident_id,
        case when manually_edited = 'TRUE' then 'edited_by_producer' end as flags,
        case
            when place_in_release <> location then 'The release writes ' || place_in_release || '.'
        end as note
    from lines

)

select * from final
