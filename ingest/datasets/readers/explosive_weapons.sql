-- One incident a row: the attack itself, and those of the groups counted here who were killed in it.
with incidents as (

    select
        *,
        "SiND Event ID" as event_id,
        "Date" as happened_on,
        regexp_matches("Launch Type", '^Air-Launched') and not regexp_matches("Launch Type", 'Unspecified|Ground')
            as is_from_the_air,
        coalesce("Admin 1", 'No Information') not in ('No Information', "Country") as has_admin_1,
        concat_ws(
            '; ', 'launch: ' || "Launch Type", 'weapon: ' || "Explosive Weapon Type",
            'reported perpetrator: ' || "Reported Perpetrator Name", 'sector: ' || "Sector Affected"
        ) as note
    from file_rows

),

said as (

    select
        incidents.*,
        numbers.*
    from incidents
    cross join lateral (
        values
        -- How many strikes or attacks an incident was is not said: of airstrikes, at least one; of attacks, this one.
        (
            'attack', case when is_from_the_air then 'airstrikes' else 'attacks' end, 'all',
            case when is_from_the_air then 'at_least' else 'exact' end, "Launch Type", '1'
        ),
        ('killed-aid_workers', 'killed', 'aid_workers', 'exact', "Aid Workers Killed", "Aid Workers Killed"),
        (
            'killed-health_workers', 'killed', 'health_workers', 'exact',
            "Health Workers Killed", "Health Workers Killed"
        ),
        (
            'killed-aid_health_workers', 'killed', 'aid_health_workers', 'exact',
            "Aid Health Workers Killed", "Aid Health Workers Killed"
        ),
        ('killed-educators', 'killed', 'educators', 'exact', "Educators Killed", "Educators Killed"),
        ('killed-students', 'killed', 'students', 'exact', "Students Killed", "Students Killed")
    ) as numbers (figure_key, measure_id, population_id, hedge_id, phrase, number_text)
    where numbers.number_text is not null

),

final as (

    select
        event_id as row_key,
        figure_key,
        line,
        'insecurity_insight' as source_id,
        null as source_original,
        phrase,
        measure_id,
        population_id,
        null as place_id,
        case when has_admin_1 then "Admin 1" || ', ' || "Country" else "Country" end as place_name,
        case when has_admin_1 then 'adm1' else 'adm0' end as place_precision,
        null as latitude,
        null as longitude,
        case
            when is_from_the_air then 'airstrike'
            when "Launch Type" = 'Ground-Launched' then 'shelling'
        end as cause_id,
        null as actor_id,
        'incident' as counting,
        happened_on as period_start_on,
        happened_on as period_end_on,
        happened_on as reported_on,
        'inferred' as reported_on_basis,
        null as published_on,
        hedge_id,
        number_text as value,
        null as low,
        null as high,
        null as part_of_key,
        'explosive_weapons-' || event_id as incident_id,
        null as flags,
        note
    from said

)

select * from final
