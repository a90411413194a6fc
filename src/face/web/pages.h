/* pages: the page functions of the table in routes.c, by file. */
#ifndef COMITY_WEB_PAGES_H
#define COMITY_WEB_PAGES_H

#include "face/web/page.h"
#include "face/web/passkey_views.h"
#include "face/web/words.h"

/* page_signin.c */
int do_language(struct page *p);
int show_sign_in(struct page *p);
int do_sign_in(struct page *p);
int draw_sign_in(struct page *p);
int do_sign_out(struct page *p);
int show_join(struct page *p);
int do_join(struct page *p);
int show_join_password(struct page *p);
int do_join_password(struct page *p);
int do_join_finish(struct page *p);

/* page_passkey.c */
int do_sign_in_passkey(struct page *p);
int show_passkey_new(struct page *p);
int do_passkey_new(struct page *p);
int do_passkey_remove(struct page *p);
int show_confirm(struct page *p);
int do_confirm(struct page *p);
int do_confirm_passkey(struct page *p);
int page_passkey_form(struct page *p, enum passkey_use use, struct passkey_form *f); /* its action, ask and button are the caller's */
int page_passkeys(struct page *p, struct passkeys_view *v);

/* page_approvals.c */
int show_approvals(struct page *p);
int show_approval(struct page *p);
int do_approval_agree(struct page *p);
int do_approval_refuse(struct page *p);
int do_approval_retract(struct page *p);
int show_person_erase(struct page *p);
int do_person_erase(struct page *p);

/* page_reviews.c */
int show_glass(struct page *p);
int do_glass(struct page *p);
int show_reviews(struct page *p);
int show_own_reviews(struct page *p);
int do_review(struct page *p);
int show_canaries(struct page *p);
int show_decoy_new(struct page *p);
int do_decoy_new(struct page *p);
int do_canary_mark(struct page *p);
int do_canary_drop(struct page *p);
int do_canary_seen(struct page *p);

/* page_looks.c, page_watch.c */
int show_looks(struct page *p);
int show_look_report(struct page *p);
int show_counts(struct page *p);
int show_watch(struct page *p);
int show_grants(struct page *p);

/* page_settings.c */
int show_units(struct page *p);
int do_unit_add(struct page *p);
int do_unit_rename(struct page *p);
int show_member(struct page *p);
int do_member_roles(struct page *p);
int do_member_unit(struct page *p);
int do_member_code(struct page *p);
int do_approval_code(struct page *p);
int show_partner(struct page *p);
int do_partner(struct page *p);

/* page_languages.c */
int show_languages(struct page *p);
int do_languages(struct page *p);

/* page_home.c */
int show_home(struct page *p);

/* page_search.c */
int show_search(struct page *p);
int do_search_keep(struct page *p);
int do_search_find(struct page *p);

/* page_person.c */
int show_person(struct page *p);
int do_ask(struct page *p);

/* page_import.c */
int show_imports(struct page *p);
int do_import(struct page *p);
int show_import(struct page *p);
int do_import_check(struct page *p);
int do_import_start(struct page *p);
int do_import_drop(struct page *p);

/* page_files.c */
int show_files(struct page *p);
int do_draft(struct page *p);
int do_draft_device(struct page *p);
int do_draft_drop(struct page *p);

/* page_file_new.c */
int show_file_new(struct page *p);
int do_file_new(struct page *p);
int do_file_begin(struct page *p);

/* page_file.c */
int show_file(struct page *p);
int show_file_print(struct page *p);
int show_file_pdf(struct page *p); /* page_summary.c */
int do_file_state(struct page *p);
int do_file_team(struct page *p);

/* page_record.c */
int show_record_add(struct page *p);
int do_record_add(struct page *p);
int show_attach(struct page *p);
int do_attach(struct page *p);
int show_record(struct page *p);
int do_record(struct page *p);
int do_task_done(struct page *p);
int show_attachment(struct page *p);

/* page_rota.c, page_rota_draft.c, page_rota_check.c */
int show_rotas(struct page *p);
int show_rota_new(struct page *p);
int do_rota_new(struct page *p);
int show_rota(struct page *p);
int do_rota_table(struct page *p);
int do_rota_row(struct page *p);
int do_rota_freeze(struct page *p);
int do_rota_drop(struct page *p);
int do_rota_ill(struct page *p);
int do_rota_cell(struct page *p);
int do_rota_away(struct page *p);
int show_rota_wall(struct page *p);
int do_swap_ask(struct page *p);
int do_swap_answer(struct page *p);
int show_rota_try(struct page *p);
int show_rota_sheets(struct page *p);
int show_rota_check(struct page *p);
int show_rota_table(struct page *p);
int show_rota_roster(struct page *p);
int show_rota_calendar(struct page *p);
int show_rota_record(struct page *p);
int show_shifts(struct page *p);
int show_shifts_calendar(struct page *p);

/* page_desk_links.c */
int show_desk_days(struct page *p);
int do_desk_days(struct page *p);
int show_desk_links(struct page *p);
int do_desk_links(struct page *p);
int show_desk_link(struct page *p);
int do_desk_link_document(struct page *p);
int do_desk_link_ticket(struct page *p);
int do_desk_link_end(struct page *p);
/* page_desk_watch.c */
int show_desk_watch(struct page *p);
int show_desk_open(struct page *p);
int do_desk_open(struct page *p);
int show_desk_names(struct page *p);

/* page_charts.c */
int show_links(struct page *p);
int show_timeline(struct page *p);
int show_elements(struct page *p);
/* page_export.c */
int show_export(struct page *p);
int do_export(struct page *p);
int show_export_table(struct page *p);

/* page_referrals.c */
int show_referrals(struct page *p);
int show_referral_new(struct page *p);
int do_referral_new(struct page *p);
int show_referral(struct page *p);
int do_referral_accept(struct page *p);
int do_referral_refuse(struct page *p);
int do_referral_follow(struct page *p);

/* page_letters.c */
int show_requests(struct page *p);
int show_request_new(struct page *p);
int do_request_new(struct page *p);
int show_request_scores(struct page *p);
int show_request(struct page *p);
int do_request_take(struct page *p);
int do_request_answer(struct page *p);
int do_request_refuse(struct page *p);
int do_request_withdraw(struct page *p);
int do_request_hurry(struct page *p);
int show_interviews(struct page *p);
int show_interview_new(struct page *p);
int do_interview_new(struct page *p);
int show_interview(struct page *p);
int do_interview_ask(struct page *p);
int do_interview_window(struct page *p);
int do_interview_question(struct page *p);
int do_interview_change(struct page *p);
int do_interview_again(struct page *p);
int show_windows(struct page *p);
int do_window_back(struct page *p);
int show_window(struct page *p);
int do_window(struct page *p);
int show_letters(struct page *p);
int show_letter(struct page *p);
int show_letter_new(struct page *p);
int do_letter_new(struct page *p);

/* page_oversight.c */
int show_partners(struct page *p);
int show_log(struct page *p);
int do_check_log(struct page *p);

/* page_screening.c */
int show_screenings(struct page *p);
int show_screening_new(struct page *p);
int do_screening_new(struct page *p);
int show_screening(struct page *p);
int show_decision_new(struct page *p);
int do_decision_new(struct page *p);

/* page_bundle.c */
int show_bundles(struct page *p);
int do_bundle(struct page *p);
int show_bundle(struct page *p);
/* page_release.c */
int show_releases(struct page *p);
int show_release_new(struct page *p);
int do_release_new(struct page *p);
int do_release_end(struct page *p);
/* page_allegations.c */
int show_open_decisions(struct page *p);
int show_offences(struct page *p);
int show_offence_new(struct page *p);
int do_offence_new(struct page *p);
int show_offence(struct page *p);
int do_offence_ask(struct page *p);
int do_offence_step(struct page *p);
int show_ruling_new(struct page *p);
int do_ruling_new(struct page *p);
int show_ruling_letter(struct page *p);
/* page_consent.c */
int show_consents(struct page *p);
int show_consent_new(struct page *p);
int do_consent_new(struct page *p);
int show_consent(struct page *p);
int show_consent_copy(struct page *p);
int show_consent_pdf(struct page *p);
int do_consent_copied(struct page *p);
int do_consent_give(struct page *p);
int do_consent_recall(struct page *p);
int show_consent_withdraw(struct page *p);
int do_consent_withdraw(struct page *p);

/* page_room.c */
int show_recordings(struct page *p);
int show_room_new(struct page *p);
int do_recording(struct page *p);
int show_recording(struct page *p);
int show_recording_state(struct page *p);
int do_recording_chunk(struct page *p);
int do_recording_mark(struct page *p);
int show_recording_seal(struct page *p);
int do_recording_seal(struct page *p);

/* page_statement.c */
int do_listen(struct page *p);
int show_listen(struct page *p);
int show_media(struct page *p);

/* page_statement_give.c */
int show_give(struct page *p);
int do_give(struct page *p);

/* page_statement_came.c */
int show_statements_came(struct page *p);
int show_statement_came(struct page *p);
int do_statement_place(struct page *p);
int do_statement_hear(struct page *p);
int show_statement_heard(struct page *p);
int show_statement_media(struct page *p);

/* page_desk_simulate.c */
int show_desk_simulate(struct page *p);

/* page_hall.c */
int show_halls(struct page *p);
int show_hall_new(struct page *p);
int do_hall_new(struct page *p);
int show_hall(struct page *p);
int do_hall_begin(struct page *p);
int do_hall_over(struct page *p);
int do_hall_end(struct page *p);
int do_hall_board(struct page *p);
int show_hall_day(struct page *p);
/* page_hall_rule.c */
int show_hall_rule(struct page *p);
int do_hall_rule(struct page *p);
/* page_hall_tickets.c */
int show_hall_tickets(struct page *p);
int do_hall_ticket(struct page *p);
int do_hall_ticket_change(struct page *p);
int do_hall_override(struct page *p);
/* page_hall_counter.c */
int show_hall_counter(struct page *p);
int do_hall_sit(struct page *p);
int do_hall_press(struct page *p);
int do_hall_document(struct page *p);
/* page_hall_board.c */
int show_hall_board(struct page *p);
int show_hall_place(struct page *p);

/* page_transcript.c */
int show_transcript(struct page *p);
int do_transcript(struct page *p);
int do_transcript_seal(struct page *p);

/* page_members.c */
int show_members(struct page *p);
int show_member_new(struct page *p);
int do_member_new(struct page *p);
int do_member_state(struct page *p);
int show_account(struct page *p);
int show_password(struct page *p);
int do_password(struct page *p);
int do_end_session(struct page *p);

#endif
