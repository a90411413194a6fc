/* routes: every page, who may open it, and the function that makes it. One line each. */
#include "face/web/import_jobs.h"
#include "face/web/pages.h"
#include "ground/http/match.h"
#include "work/statements/recording.h"

#define FORM 65536
#define LONG_FORM (512 * 1024)
#define ATTACHMENT (13 * 1024 * 1024)
/* Those who work on persons. Whether a look may happen, and on which, is the verb table's to say (trust/act/verbs.c). */
#define WORK (ROLE_CASEWORKER | ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
/* Those who bring in whole lists. */
#define LISTS (ROLE_CASEWORKER | ROLE_SUPERVISOR)
#define WATCH (ROLE_SUPERVISOR | ROLE_DPO | ROLE_AUDITOR)
/* Those who lay offences to people. */
#define AGAINST (ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR)
#define SECOND (ROLE_SUPERVISOR | ROLE_DPO)

const struct web_route web_routes[] = {
    {"GET", "/language/{}", WEB_ANYBODY, 0, do_language, 0},
    {"GET", "/sign-in", WEB_ANYBODY, 0, show_sign_in, 0},
    {"POST", "/sign-in", WEB_ANYBODY, 0, do_sign_in, FORM},
    {"POST", "/sign-in/passkey", WEB_ANYBODY, 0, do_sign_in_passkey, FORM},
    {"POST", "/sign-out", WEB_ENROLLING, 0, do_sign_out, FORM},
    {"GET", "/join", WEB_ANYBODY, 0, show_join, 0},
    {"POST", "/join", WEB_ANYBODY, 0, do_join, FORM},
    {"GET", "/join/password", WEB_ENROLLING, 0, show_join_password, 0},
    {"POST", "/join/password", WEB_ENROLLING, 0, do_join_password, FORM},
    {"POST", "/join/finish", WEB_ENROLLING, 0, do_join_finish, FORM},

    {"GET", "/", WEB_MEMBERS, 0, show_home, 0},
    {"GET", "/search", WEB_MEMBERS, WORK, show_search, 0},
    {"POST", "/search", WEB_MEMBERS, WORK, do_search_keep, FORM},
    {"GET", "/persons/{}", WEB_MEMBERS, WORK, show_person, 0},
    {"POST", "/persons/{}/case", WEB_MEMBERS, WORK, do_file_begin, FORM},
    {"POST", "/persons/{}/ask", WEB_MEMBERS, WORK, do_ask, FORM},

    {"GET", "/files", WEB_MEMBERS, WORK, show_files, 0},
    {"GET", "/files/new", WEB_MEMBERS, WORK, show_file_new, 0},
    {"POST", "/files/new", WEB_MEMBERS, WORK, do_file_new, FORM},
    {"POST", "/drafts", WEB_MEMBERS, WORK, do_draft, LONG_FORM},
    {"POST", "/drafts/device", WEB_MEMBERS, WORK, do_draft_device, LONG_FORM},
    {"POST", "/drafts/drop", WEB_MEMBERS, WORK, do_draft_drop, FORM},
    {"GET", "/files/{}", WEB_MEMBERS, WORK, show_file, 0},
    {"GET", "/files/{}/print", WEB_MEMBERS, WORK, show_file_print, 0},
    {"GET", "/files/{}/summary.pdf", WEB_MEMBERS, WORK, show_file_pdf, 0},
    {"POST", "/files/{}/state", WEB_MEMBERS, WORK, do_file_state, FORM},
    {"POST", "/files/{}/team", WEB_MEMBERS, WORK, do_file_team, FORM},
    {"GET", "/files/{}/add/{}", WEB_MEMBERS, WORK, show_record_add, 0},
    {"POST", "/files/{}/add/{}", WEB_MEMBERS, WORK, do_record_add, LONG_FORM},
    {"GET", "/files/{}/attach", WEB_MEMBERS, WORK, show_attach, 0},
    {"POST", "/files/{}/attach", WEB_MEMBERS, WORK, do_attach, ATTACHMENT, true},
    {"GET", "/files/{}/attachments/{}", WEB_MEMBERS, WORK, show_attachment, 0},
    {"GET", "/files/{}/records/{}", WEB_MEMBERS, WORK, show_record, 0},
    {"POST", "/files/{}/records/{}", WEB_MEMBERS, WORK, do_record, LONG_FORM},
    {"POST", "/files/{}/done/{}", WEB_MEMBERS, WORK, do_task_done, FORM},
    {"GET", "/files/{}/screening", WEB_MEMBERS, WORK, show_screenings, 0},
    {"GET", "/files/{}/screening/new", WEB_MEMBERS, WORK, show_screening_new, 0},
    {"POST", "/files/{}/screening/new", WEB_MEMBERS, WORK, do_screening_new, 2 * FORM},
    {"GET", "/files/{}/screening/decision", WEB_MEMBERS, WORK, show_decision_new, 0},
    {"POST", "/files/{}/screening/decision", WEB_MEMBERS, WORK, do_decision_new, FORM},
    {"GET", "/files/{}/screening/{}", WEB_MEMBERS, WORK, show_screening, 0},
    {"GET", "/files/{}/releases", WEB_MEMBERS, WORK, show_releases, 0},
    {"GET", "/files/{}/releases/new", WEB_MEMBERS, WORK, show_release_new, 0, .fresh = true},
    {"POST", "/files/{}/releases/new", WEB_MEMBERS, WORK, do_release_new, FORM},
    {"POST", "/files/{}/releases/{}/end", WEB_MEMBERS, WORK, do_release_end, FORM},
    {"GET", "/decisions", WEB_MEMBERS, WORK | WATCH, show_open_decisions, 0},
    {"GET", "/files/{}/offences", WEB_MEMBERS, WORK, show_offences, 0},
    {"GET", "/files/{}/offences/new", WEB_MEMBERS, AGAINST, show_offence_new, 0},
    {"POST", "/files/{}/offences/new", WEB_MEMBERS, AGAINST, do_offence_new, FORM},
    {"GET", "/files/{}/offences/{}", WEB_MEMBERS, WORK, show_offence, 0},
    {"POST", "/files/{}/offences/{}/ask", WEB_MEMBERS, AGAINST, do_offence_ask, FORM},
    {"POST", "/files/{}/offences/{}/step", WEB_MEMBERS, AGAINST, do_offence_step, FORM},
    {"GET", "/files/{}/offences/{}/decision", WEB_MEMBERS, ROLE_PROSECUTOR, show_ruling_new, 0, .fresh = true},
    {"POST", "/files/{}/offences/{}/decision", WEB_MEMBERS, ROLE_PROSECUTOR, do_ruling_new, LONG_FORM},
    {"GET", "/files/{}/offences/{}/letter", WEB_MEMBERS, WORK, show_ruling_letter, 0},
    {"GET", "/files/{}/consent", WEB_MEMBERS, WORK, show_consents, 0},
    {"GET", "/files/{}/consent/new", WEB_MEMBERS, WORK, show_consent_new, 0},
    {"POST", "/files/{}/consent/new", WEB_MEMBERS, WORK, do_consent_new, FORM},
    {"GET", "/files/{}/consent/{}", WEB_MEMBERS, WORK, show_consent, 0},
    {"GET", "/files/{}/consent/{}/copy", WEB_MEMBERS, WORK, show_consent_copy, 0},
    {"GET", "/files/{}/consent/{}/pdf", WEB_MEMBERS, WORK, show_consent_pdf, 0},
    {"POST", "/files/{}/consent/{}/copied", WEB_MEMBERS, WORK, do_consent_copied, FORM},
    {"POST", "/files/{}/consent/{}/give", WEB_MEMBERS, WORK, do_consent_give, FORM},
    {"POST", "/files/{}/consent/{}/recall", WEB_MEMBERS, WORK, do_consent_recall, FORM},
    {"GET", "/files/{}/consent/{}/withdraw", WEB_MEMBERS, WORK, show_consent_withdraw, 0},
    {"POST", "/files/{}/consent/{}/withdraw", WEB_MEMBERS, WORK, do_consent_withdraw, FORM},

    {"GET", "/files/{}/recordings", WEB_MEMBERS, WORK, show_recordings, 0},
    {"GET", "/files/{}/recordings/new", WEB_MEMBERS, WORK, show_room_new, 0},
    {"POST", "/files/{}/recordings", WEB_MEMBERS, WORK, do_recording, FORM},
    {"GET", "/recordings/{}", WEB_MEMBERS, WORK, show_recording, 0},
    {"GET", "/recordings/{}/state", WEB_MEMBERS, WORK, show_recording_state, 0},
    {"POST", "/recordings/{}/chunks/{}", WEB_MEMBERS, WORK, do_recording_chunk, RECORDING_CHUNK_MAX, .raw = true},
    {"POST", "/recordings/{}/marks", WEB_MEMBERS, WORK, do_recording_mark, FORM},
    {"GET", "/recordings/{}/seal", WEB_MEMBERS, WORK, show_recording_seal, 0},
    {"POST", "/recordings/{}/seal", WEB_MEMBERS, WORK, do_recording_seal, FORM},
    {"POST", "/recordings/{}/listen", WEB_MEMBERS, WORK, do_listen, FORM},
    {"GET", "/recordings/{}/listen/{}", WEB_MEMBERS, WORK, show_listen, 0},
    {"GET", "/recordings/{}/media/{}", WEB_MEMBERS, WORK, show_media, 0},
    {"GET", "/recordings/{}/transcript/{}", WEB_MEMBERS, WORK, show_transcript, 0},
    {"POST", "/recordings/{}/transcript/{}", WEB_MEMBERS, WORK, do_transcript, LONG_FORM},

    {"GET", "/files/{}/links", WEB_MEMBERS, WORK, show_links, 0},
    {"GET", "/files/{}/timeline", WEB_MEMBERS, WORK, show_timeline, 0},
    {"GET", "/files/{}/elements", WEB_MEMBERS, WORK, show_elements, 0},

    {"GET", "/requests", WEB_MEMBERS, WORK | WATCH, show_requests, 0},
    {"GET", "/requests/new", WEB_MEMBERS, WORK, show_request_new, 0},
    {"POST", "/requests/new", WEB_MEMBERS, WORK, do_request_new, FORM},
    {"GET", "/requests/scores", WEB_MEMBERS, WORK | WATCH, show_request_scores, 0},
    {"GET", "/requests/{}", WEB_MEMBERS, WORK, show_request, 0},
    {"POST", "/requests/{}/take", WEB_MEMBERS, WORK, do_request_take, FORM},
    {"POST", "/requests/{}/answer", WEB_MEMBERS, WORK, do_request_answer, LONG_FORM},
    {"POST", "/requests/{}/refuse", WEB_MEMBERS, WORK, do_request_refuse, FORM},
    {"POST", "/requests/{}/withdraw", WEB_MEMBERS, WORK, do_request_withdraw, FORM},
    {"POST", "/requests/{}/hurry", WEB_MEMBERS, WORK, do_request_hurry, FORM},

    {"GET", "/letters", WEB_MEMBERS, WORK, show_letters, 0},
    {"GET", "/letters/new", WEB_MEMBERS, WORK, show_letter_new, 0},
    {"POST", "/letters/new", WEB_MEMBERS, WORK, do_letter_new, FORM},
    {"GET", "/letters/{}", WEB_MEMBERS, WORK, show_letter, 0},

    {"GET", "/import", WEB_MEMBERS, LISTS, show_imports, 0},
    {"POST", "/import", WEB_MEMBERS, LISTS, do_import, IMPORT_FILE_MAX + FORM, true},
    {"GET", "/import/{}", WEB_MEMBERS, LISTS, show_import, 0},
    {"POST", "/import/{}/check", WEB_MEMBERS, LISTS, do_import_check, FORM},
    {"POST", "/import/{}/start", WEB_MEMBERS, LISTS, do_import_start, FORM},
    {"POST", "/import/{}/drop", WEB_MEMBERS, LISTS, do_import_drop, FORM},

    {"GET", "/export", WEB_MEMBERS, WORK, show_export, .fresh = true},
    {"POST", "/export", WEB_MEMBERS, WORK, do_export, FORM},
    {"GET", "/export/{}", WEB_MEMBERS, WORK, show_export_table},
    {"GET", "/persons/{}/erase", WEB_MEMBERS, WORK, show_person_erase, 0, .fresh = true},
    {"POST", "/persons/{}/erase", WEB_MEMBERS, WORK, do_person_erase, FORM},
    {"GET", "/files/{}/glass", WEB_MEMBERS, WORK, show_glass, 0, .fresh = true},
    {"POST", "/files/{}/glass", WEB_MEMBERS, WORK, do_glass, FORM},
    {"GET", "/emergencies", WEB_MEMBERS, WORK, show_own_reviews, 0},
    {"GET", "/oversight", WEB_MEMBERS, WATCH, show_watch, 0},
    {"GET", "/oversight/approvals", WEB_MEMBERS, 0, show_approvals, 0},
    {"GET", "/oversight/approvals/{}", WEB_MEMBERS, 0, show_approval, 0},
    {"POST", "/oversight/approvals/{}/agree", WEB_MEMBERS, SECOND | ROLE_PROSECUTOR, do_approval_agree, FORM},
    {"POST", "/oversight/approvals/{}/refuse", WEB_MEMBERS, SECOND | ROLE_PROSECUTOR, do_approval_refuse, FORM},
    {"POST", "/oversight/approvals/{}/retract", WEB_MEMBERS, 0, do_approval_retract, FORM},
    {"GET", "/oversight/reviews", WEB_MEMBERS, WATCH, show_reviews, 0},
    {"POST", "/oversight/reviews/{}", WEB_MEMBERS, SECOND, do_review, FORM},
    {"GET", "/oversight/looks", WEB_MEMBERS, WATCH, show_looks, 0},
    {"GET", "/oversight/looks/{}", WEB_MEMBERS, WATCH, show_look_report, 0},
    {"GET", "/oversight/counts", WEB_MEMBERS, WATCH, show_counts, 0},
    {"GET", "/oversight/grants", WEB_MEMBERS, WATCH, show_grants, 0},
    {"GET", "/oversight/canaries", WEB_MEMBERS, ROLE_DPO, show_canaries, 0},
    {"POST", "/oversight/canaries", WEB_MEMBERS, ROLE_DPO, do_canary_mark, FORM},
    {"POST", "/oversight/canaries/seen", WEB_MEMBERS, ROLE_DPO, do_canary_seen, FORM},
    {"POST", "/oversight/canaries/{}/drop", WEB_MEMBERS, ROLE_DPO, do_canary_drop, FORM},

    {"GET", "/partners", WEB_MEMBERS, 0, show_partners, 0},
    {"GET", "/partners/{}", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_partner, 0},
    {"POST", "/partners/{}", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_partner, FORM},
    {"GET", "/units", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_units, 0},
    {"POST", "/units", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_unit_add, FORM},
    {"POST", "/units/{}", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_unit_rename, FORM},
    {"GET", "/languages", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_languages, 0},
    {"POST", "/languages", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_languages, FORM},
    {"GET", "/log", WEB_MEMBERS, WATCH, show_log, 0},
    {"POST", "/log", WEB_MEMBERS, WATCH, do_check_log, FORM},

    {"GET", "/members", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_members, 0},
    {"GET", "/members/new", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_member_new, 0, .fresh = true},
    {"POST", "/members/new", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_member_new, FORM},
    {"GET", "/members/{}", WEB_MEMBERS, ROLE_ADMINISTRATOR, show_member, 0, .fresh = true},
    {"POST", "/members/{}", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_member_state, FORM},
    {"POST", "/members/{}/roles", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_member_roles, FORM},
    {"POST", "/members/{}/unit", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_member_unit, FORM},
    {"POST", "/members/{}/code", WEB_MEMBERS, ROLE_ADMINISTRATOR, do_member_code, FORM},
    {"GET", "/account", WEB_MEMBERS, 0, show_account, 0},
    {"GET", "/account/password", WEB_MEMBERS, 0, show_password, 0},
    {"POST", "/account/password", WEB_MEMBERS, 0, do_password, FORM},
    {"POST", "/account/end/{}", WEB_MEMBERS, 0, do_end_session, FORM},
    {"GET", "/account/passkeys/new", WEB_MEMBERS, 0, show_passkey_new, 0, .fresh = true},
    {"POST", "/account/passkeys/new", WEB_MEMBERS, 0, do_passkey_new, FORM},
    {"POST", "/account/passkeys/{}/remove", WEB_MEMBERS, 0, do_passkey_remove, FORM},
    {"GET", "/confirm", WEB_MEMBERS, 0, show_confirm, 0},
    {"POST", "/confirm", WEB_MEMBERS, 0, do_confirm, FORM},
    {"POST", "/confirm/passkey", WEB_MEMBERS, 0, do_confirm_passkey, FORM},
    {0},
};

bool web_shows(str path)
{
    str params[SITE_PARAMS_MAX];
    for (const struct web_route *route = web_routes; route->method; route++)
        if (str_eq(str_from(route->method), STR("GET")) && http_match(route->path, path, params, SITE_PARAMS_MAX))
            return true;
    return false;
}
