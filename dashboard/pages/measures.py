"""The pages of the measures: one for each, at its own address."""

import dash

from dashboard.sections import measure

MEASURES = (
    ("/deaths", "Deaths", "killed"),
    ("/airstrikes", "Airstrikes", "airstrikes"),
    ("/attacks", "Attacks", "attacks"),
    ("/displaced", "Displaced", "displaced"),
    ("/injuries", "Injuries", "injured"),
    ("/killed-or-injured", "Killed or injured", "killed_or_injured"),
)

for path, name, measure_id in MEASURES:
    dash.register_page(  # type: ignore[no-untyped-call]
        f"{__name__}.{measure_id}", path=path, name=name, title=measure.title(name), layout=measure.page(measure_id)
    )
