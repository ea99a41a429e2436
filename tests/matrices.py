"""Long matrices of tests, of which `make test` runs a part and `make test-all` the whole.

A matrix is a test with parameters. The part that stays holds every value of each parameter named in COVERED at least
once; what is left to `make test-all` is how these values go together, and more values of parameters that are not named.
Where what differs is only the window or the like, the first stay; for a test that is left out whole, another one stays.
So `make test` takes minutes, and nothing is lost: `make test-all` runs each of them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
CELLS, BACKUP = "ingest/test_dataset_cells.py", "ingest/test_hostile_backup.py"
# Which test, and of which of its parameters `make test` has every value.
COVERED: dict[tuple[str, str], tuple[str, ...]] = {
    (BACKUP, "test_nothing_of_a_foreign_name_runs_or_is_restored"): ("kind", "member"),
    ("dashboard/test_browser_pages.py", "test_a_page_is_silent_local_and_accessible"): ("name", "width"),
}
# Which test, and how many of its members stay, from the first on: what differs is a window, a colour scheme, a page.
FIRST: dict[tuple[str, str], int] = {
    ("dashboard/test_browser.py", "test_the_page_is_drawn_silent_local_and_accessible"): 1,
    ("dashboard/test_hostile_callbacks.py", "test_no_value_of_any_input_or_state_makes_a_callback_fail"): 1,
    ("dashboard/test_room_browser.py", "test_a_room_without_figures_and_garbage_say_so"): 1,
    ("dashboard/test_responsibility.py", "test_every_page_carries_the_licence"): 2,
    ("dashboard/test_hostile_thousand.py", "test_no_parameter_of_the_api_is_a_way_in"): 3,
    ("desk/test_desk_browser.py", "test_what_is_typed_while_an_answer_is_on_its_way_stays_where_it_was_typed"): 1,
    ("ingest/test_migrations.py", "test_a_warehouse_of_any_step_comes_to_what_a_new_one_is"): 1,
    ("dashboard/test_front.py", "test_slow_connections_from_one_address_stop_nobody"): 1,
    ("dashboard/test_files.py", "test_a_plain_page_holds_no_markup_of_documents_and_leads_to_plain_pages"): 2,
    ("dashboard/test_odd_publications.py", "test_what_cannot_be_shown_is_named_with_its_table_column_and_row"): 1,
    (BACKUP, "test_a_warehouse_with_anything_that_is_not_ours_is_refused"): 4,
    (CELLS, "test_what_stands_for_nothing_is_nothing_in_every_column"): 1,
}
# A test without parameters that takes long, and the test beside it that tries the same in less.
INSTEAD: dict[tuple[str, str], tuple[str, str]] = {
    ("faults/test_fetch_kills.py", "test_a_killed_fetch_leaves_nothing_that_is_taken_for_the_file"): (
        "ingest/test_interruption.py",
        "test_a_killed_load_leaves_the_warehouse_as_before_or_as_after",
    ),
    ("dashboard/test_front.py", "test_all_kinds_of_them_together_stop_nobody"): (
        "dashboard/test_front.py",
        "test_slow_connections_from_one_address_stop_nobody",
    ),
    ("dashboard/test_many_readers.py", "test_every_address_answers_many_readers_or_says_when_to_ask_again"): (
        "dashboard/test_many_readers.py",
        "test_ten_readers_of_ten_figures_are_all_answered",
    ),
}


# Files of which each test with parameters takes seconds: how many members of each stay that is not named above.
PARTS: dict[str, int] = {
    CELLS: 1,
    "ingest/test_dataset_mistreated.py": 9,
    BACKUP: 1,
    "ingest/test_backup.py": 1,
    "ingest/test_command_line.py": 3,
    "ingest/test_dataset_load.py": 1,
    "ingest/test_taken_away.py": 1,
    "ingest/test_up_to_date.py": 1,
    "ingest/test_work_folders.py": 2,
    "models/test_claims.py": 4,
    "models/test_real_record.py": 6,
    "dashboard/test_archives.py": 1,
    "dashboard/test_every_answer_has_headers.py": 1,
    "dashboard/test_files.py": 2,
    "dashboard/test_first_view.py": 2,
    "dashboard/test_odd_files.py": 1,
    "dashboard/test_odd_publications.py": 1,
    "dashboard/test_pages_of_words.py": 8,
    "dashboard/test_phone_browser.py": 1,
    "dashboard/test_pictures_and_embedding.py": 1,
    "dashboard/test_recorded_on.py": 1,
    "dashboard/test_restricted_canary.py": 6,
    "dashboard/test_sign_in.py": 1,
    "dashboard/test_api_browser.py": 1,
    "desk/test_desk_browser.py": 1,
    "desk/test_external.py": 1,
    "ingest/test_build_command.py": 1,
    "ingest/test_migrations.py": 1,
    "ingest/test_parquet_export.py": 1,
    "dashboard/test_sql_engine.py": 6,
}
# Files of which every test waits for a warehouse built for it alone, and what `make test` tries of the same.
WHOLE: dict[str, str] = {
    "models/test_place_names.py": "names of places in ingest/test_gazetteer.py and in dashboard/test_find.py",
    "dashboard/test_deep_links_browser.py": "what an address keeps in dashboard/test_room_browser.py",
    "models/test_data_set_history.py": "days of a history in models/test_recorded.py",
    "models/test_affected.py": "a build after a change in models/test_small_records.py",
    "models/test_kinds_and_people.py": "the unit tests of the rules, and ranges in models/test_counts_in_time.py",
    "models/test_releases.py": "what a release changes in ingest/test_dataset_load.py",
    "models/test_restricted_rows.py": "what is restricted in dashboard/test_restricted_canary.py",
    "models/test_truthful_voices.py": "growing tolls in models/test_counts_in_time.py",
    "models/test_preview.py": "drafts in models/test_small_records.py",
    "ingest/test_other_languages_become_ranges.py": "phrases of every language in ingest/test_lexicons.py",
    "desk/test_desk_keys.py": "a document coded by keyboard alone, and what keys fill, in desk/test_desk_browser.py",
    "desk/test_desk_kills.py": "a sheet written whole or not at all in desk/test_sheet.py",
    "dashboard/test_cold_burst.py": "many readers in dashboard/test_many_readers.py",
    "dashboard/test_contrast.py": "axe on every page in dashboard/test_browser_pages.py",
    "dashboard/test_every_page.py": "every page in dashboard/test_browser_pages.py",
    "dashboard/test_print_browser.py": "what a page holds in dashboard/test_files.py",
    "dashboard/test_plots_browser.py": "charts in dashboard/test_multiples.py and dashboard/test_browser.py",
    "dashboard/test_recorded_browser.py": "recorded days in dashboard/test_recorded_on.py",
    "test_bench_peers.py": "nothing: it holds what bench/ compares us with",
}
# Tests that build, wait for a time-out, or look through a browser for long; the others of their file stay.
LONG: dict[str, tuple[str, ...]] = {
    "models/test_counts_in_time.py": ("test_an_episode_of_another_year_leaves_all_others_as_they_were",),
    "models/test_recorded.py": (
        "test_an_older_publication_that_does_not_hold_it_is_served_and_a_held_warehouse_keeps_nothing_in",
        "test_a_day_built_again_later_equals_what_was_built_that_day",
        "test_a_build_of_the_past_is_published_under_its_day_alone",
        "test_a_day_of_another_version_is_listed_as_missing_and_built_again",
        "test_no_build_publishes_what_was_restricted_while_it_was_built",
        "test_a_figure_that_becomes_restricted_leaves_every_publication",
        "test_a_publication_prunes_the_days_that_are_not_kept_and_pinned_ones_stay",
        "test_half_a_day_is_not_published_and_a_word_that_is_no_time_is_refused",
    ),
    "models/test_data_sets.py": (
        "test_what_is_built_beside_what_was_kept_is_what_is_built_anew",
        "test_a_build_works_out_the_episode_a_load_touched",
        "test_the_record_beside_data_sets_is_what_it_is_alone",
    ),
    "models/test_small_records.py": (
        "test_an_empty_record_builds_to_empty_tables",
        "test_decreasing_totals_are_found",
    ),
    "models/test_real_record.py": ("test_the_acled_convention_is_one_switch_away",),
    "models/test_second_record.py": (
        "test_a_place_of_the_gazetteer_reaches_the_tables_with_what_it_lies_in_and_no_other",
    ),
    "ingest/test_backup.py": (
        "test_a_destroyed_warehouse_is_restored_to_the_same_answers",
        "test_a_backup_says_how_many_figures_must_not_be_shown",
        "test_a_rehearsal_proves_the_backup_and_changes_nothing",
        "test_what_the_write_ahead_log_holds_is_in_the_backup",
        "test_what_is_newer_is_not_overwritten_unless_that_is_wanted",
        "test_a_backup_is_read_by_its_owner_alone_and_says_what_it_holds",
        "test_an_unfinished_publication_is_not_backed_up",
    ),
    BACKUP: (
        "test_a_backup_leaves_out_what_a_restore_would_refuse_and_says_so",
        "test_a_rehearsal_writes_nowhere_but_in_a_folder_of_its_own_that_it_removes",
    ),
    "ingest/test_parquet_export.py": (
        "test_a_warehouse_in_use_is_left_alone",
        "test_an_export_knows_whether_anything_was_loaded_since",
        "test_a_file_that_was_changed_by_hand_is_written_again",
    ),
    "dashboard/test_sql_engine.py": (
        "test_a_child_whose_server_was_killed_ends_with_its_time",
        "test_the_clock_starts_when_the_child_does",
    ),
    "dashboard/test_phone_browser.py": (
        "test_a_link_skips_to_the_chart",
        "test_what_is_pressed_is_24_pixels_high_and_wide",
    ),
    "dashboard/test_pictures_and_embedding.py": ("test_a_view_to_embed_stands_on_anothers_page_without_its_controls",),
    "dashboard/test_every_answer_has_headers.py": (
        "test_what_is_no_request_gets_a_plain_sentence_with_the_headers",
        "test_after_all_that_the_server_answers_as_before",
    ),
    "desk/test_desk_browser.py": (
        "test_nothing_stands_in_the_way_of_anybody",
        "test_two_readings_are_settled_where_nothing_stands_in_the_way",
        "test_a_narrow_page_is_one_column_and_nothing_is_cut",
    ),
    "ingest/test_build_command.py": ("test_dbt_that_is_told_nothing_ends_without_a_word",),
    "ingest/test_dataset_readers.py": ("test_every_layout_of_ged_is_read_alike",),
    "ingest/test_history.py": ("test_a_reason_reaches_the_tombstone_from_the_command_line",),
    "ingest/test_interruption.py": ("test_a_locked_warehouse_is_named_with_its_holder",),
    "ingest/test_left_out.py": ("test_a_load_says_it_and_how_to_look_at_drafts",),
    "desk/test_external.py": ("test_what_it_started_is_ended_with_it",),
    "desk/test_wall.py": (
        "test_it_does_not_start_with_texts_in_the_project_or_without_any",
        "test_it_does_not_start_where_the_dashboard_is_public",
    ),
    CELLS: (
        "test_numbers_resaved_as_decimals_give_the_figures_of_the_whole_numbers",
        "test_a_column_new_to_a_reader_is_named_where_it_is_not_read",
        "test_a_text_of_blanks_is_no_part_of_a_place",
    ),
    "ingest/test_git_history.py": (
        "test_json_tells_every_state",
        "test_a_state_that_todays_checks_refuse_is_skipped_and_said",
        "test_working_files_that_are_wrong_load_nothing",
        "test_the_days_recorded_are_listed_and_copied_apart",
        "test_a_warehouse_that_holds_loads_is_refused_and_stays_as_it_was",
        "test_a_shallow_clone_says_since_when_it_knows",
        "test_outside_a_repository_and_without_git_there_is_a_sentence",
        "test_a_rebuilt_warehouse_is_the_one_that_was_loaded_all_along",
        "test_what_a_killed_build_of_a_day_left_is_gone_before_days_are_built",
    ),
    "ingest/test_kept_days.py": (
        "test_a_day_is_pinned_and_let_go_of_by_the_command",
        "test_a_day_that_cannot_be_pinned_is_told",
    ),
    "ingest/test_taken_away.py": ("test_history_keeps_what_git_has_unless_a_reason_is_given",),
    "ingest/test_migrations.py": ("test_a_backup_of_an_older_step_is_put_back_and_carried_along",),
    "dashboard/test_comparisons.py": ("test_the_tabs_are_drawn_silent_accessible_and_fit",),
    "dashboard/test_first_view.py": (
        "test_the_first_view_stands_where_the_live_page_will",
        # In two runs of the whole suite the focus was gone; by itself and beside all of tests/dashboard it never was.
        "test_the_keyboard_stays_where_it_was",
    ),
    "dashboard/test_sql_charts.py": ("test_the_page_draws_the_answer_and_takes_the_chart_away_again",),
    "dashboard/test_find.py": (
        "test_a_place_is_found_by_keyboard_alone",
        "test_the_menu_of_places_is_narrowed_by_any_spelling",
        "test_a_day_is_typed_beside_the_slider",
        "test_the_record_of_an_earlier_day_is_searched_as_it_was",
        "test_every_spelling_finds_its_place",
        "test_the_pages_by_which_things_are_found_are_accessible_and_fit",
    ),
    "dashboard/test_front.py": (
        "test_a_reader_has_so_many_connections_and_others_get_in",
        "test_a_server_that_was_killed_leaves_no_nginx_and_the_next_removes_its_folder",
        "test_a_head_that_does_not_end_is_over_after_ten_seconds",
        "test_a_worker_that_is_busy_keeps_nobody_waiting_while_another_is_free",
        "test_nobody_says_who_is_connected_but_nginx",
        "test_a_reader_who_hangs_up_ends_the_question_behind_nginx_too",
        "test_who_stops_the_server_gets_what_is_under_way_and_nothing_is_left",
    ),
    "dashboard/test_sign_in.py": (
        "test_the_command_makes_changes_and_prints_lines",
        "test_a_browser_that_has_signed_in_once_asks_for_its_charts_by_itself",
    ),
    "dashboard/test_browser.py": (
        "test_a_mark_opens_its_source_and_escape_closes_it",
        "test_the_address_is_the_state",
    ),
    "dashboard/test_chart_library.py": ("test_charts_are_drawn_with_it_and_pictures_need_no_other",),
    "dashboard/test_data_sets_shown.py": ("test_the_overview_of_data_sets_is_accessible_and_fits",),
    "dashboard/test_new_publication.py": (
        "test_what_is_replaced_is_let_go_of",
        "test_those_who_ask_meanwhile_get_one_or_the_other",
    ),
    "dashboard/test_restricted_canary.py": ("test_no_question_in_sql_finds_it",),
    "dashboard/test_archives.py": (
        "test_a_file_replaced_under_its_name_is_noticed",
        "test_who_reads_the_old_file_ends_on_it_and_the_next_gets_the_new",
        "test_the_newest_file_becomes_an_archive_under_a_newer_one",
        "test_two_days_are_open_at_most_and_none_after_a_while",
        "test_a_third_day_waits_for_a_place_and_is_refused_in_the_end",
        "test_a_damaged_day_is_refused_and_no_other_shown_in_its_place",
        "test_a_file_named_after_another_day_is_refused",
        "test_a_day_before_the_first_is_refused_with_the_first",
    ),
    "dashboard/test_recorded_on.py": (
        "test_a_day_of_another_version_is_said_with_what_to_run",
        "test_a_page_is_of_one_publication_though_another_arrives_meanwhile",
    ),
    "dashboard/test_room_browser.py": (
        "test_every_tab_is_accessible_silent_and_fits",
        "test_the_day_moves_by_keyboard_link_and_play",
        "test_a_menu_narrows_the_chart_and_back_widens_it",
        "test_a_step_of_the_range_tells_itself_on_hovering",
    ),
    "dashboard/test_many_readers.py": ("test_where_memory_runs_out_everything_says_503_and_nothing_counts_as_damage",),
    "dashboard/test_sql_browser.py": (
        "test_the_address_holds_the_question_there_and_back",
        "test_an_answer_is_accessible_and_fits",
        "test_a_wide_answer_scrolls_by_itself",
        "test_cancel_stops_the_question",
    ),
    "faults/test_phrases_and_readers.py": ("test_four_readers_see_whole_publications_only",),
    "dashboard/test_strict_json.py": ("test_right_ids_with_hostile_values_are_never_a_500",),
    "dashboard/test_hostile_thousand.py": (
        "test_no_filter_of_a_room_or_its_files_is_a_way_in",
        "test_one_in_thirty_statements_of_the_grammar_does_not_escape",
    ),
}


def part_of(matrix: Sequence[Mapping[str, object]], names: Sequence[str]) -> set[int]:
    """Return which members to keep so that no value of these parameters is lost: those with most that is new first."""
    kept, seen = set[int](), {name: set[str]() for name in names}
    for is_all_new in (True, False):
        for number, parameters in enumerate(matrix):
            new = [name for name in names if repr(parameters[name]) not in seen[name]]
            if new and (len(new) == len(names) or not is_all_new):
                kept.add(number)
                for name in names:
                    seen[name].add(repr(parameters[name]))
    return kept


def mark_the_rest_slow(items: Sequence[pytest.Item]) -> None:
    """Mark those tests named above that `make test` leaves out."""
    found: dict[tuple[str, str], list[pytest.Function]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(TESTS):
            found.setdefault((item.path.relative_to(TESTS).as_posix(), item.originalname), []).append(item)
    for test, members in found.items():
        if test in COVERED:
            kept = part_of([member.callspec.params for member in members], COVERED[test])
        else:
            is_long = test in INSTEAD or test[0] in WHOLE or test[1] in LONG.get(test[0], ())
            most = FIRST.get(test, PARTS.get(test[0], len(members)))
            kept = set(range(0 if is_long else most))
        for number, member in enumerate(members):
            if number not in kept:
                member.add_marker(pytest.mark.slow)
