/* Where an interview stands: what the rules (states.h) want to know, read from records, recordings and registers. */
#include <string.h>

#include "ground/text/when.h"
#include "work/cases/consent.h"
#include "work/interviews/interview_internal.h"
#include "work/statements/recording.h"

bool interview_is_yes(const struct node *node, const struct record *consent, const uint8_t person[static ID_LEN], int64_t since_ms, int64_t now_ms)
{
    return consent->unit == FIELD_OF_CONSENT && consent->has_about && memcmp(consent->about, person, ID_LEN) == 0 && consent->made_ms > since_ms &&
           str_eq(record_text(consent, "cmt_AgreesToInterview"), STR("yes")) &&
           consent_holds(record_text(consent, "cmt_ConsentState"), record_text(consent, "cmt_ConsentUntil"), when_day_in(node->time_zone, now_ms));
}

/* Her own yes still holds: it can be taken back like any other consent. */
static bool still_yes(const struct node *node, const struct interview_of *who, const struct record *interview, int64_t since_ms, int64_t now_ms)
{
    uint8_t id[ID_LEN];
    if (!hex_decode_into(record_text(interview, "int_OwnConsent"), id, ID_LEN))
        return false;
    for (size_t i = 0; i < who->n; i++)
        if (memcmp(who->records[i].id, id, ID_LEN) == 0)
            return interview_is_yes(node, &who->records[i], who->person, since_ms, now_ms);
    return false;
}

int interview_last_ms(struct node *node, const struct interview_of *who, struct arena *a, struct interview_counters *so_far, int64_t *last_ms, struct err *err)
{
    struct interview_register *all;
    size_t n;
    int r = interview_registers(node, who, a, &all, &n, err);
    *so_far = (struct interview_counters){0};
    *last_ms = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        *so_far = interview_add(*so_far, all[i].counters);
        for (size_t k = 0; k < all[i].n_statements; k++)
            if (all[i].statements[k].sealed_ms > *last_ms)
                *last_ms = all[i].statements[k].sealed_ms;
    }
    return r;
}

int interview_stands(struct node *node, const struct interview_of *who, const struct record *interview, int64_t now_ms, struct arena *a,
                     struct interview_state *out, struct err *err)
{
    struct interview_facts f = {.planned = true, .asked = record_text(interview, "int_AskedOn").len > 0};
    struct interview_counters so_far;
    struct recording *recordings;
    int64_t last_ms;
    size_t n;
    (void)!str_to_int(record_text(interview, "int_WindowUntil"), 0, INT64_MAX, &f.window_until_ms);
    int r = recordings_of(node, interview->file, a, &recordings, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(recordings[i].interview, interview->id, ID_LEN) == 0) {
            f.recording = f.recording || recordings[i].state == RECORDING_OPEN;
            f.held = f.held || recordings[i].state == RECORDING_SEALED;
        }
    if (r == 0)
        r = interview_last_ms(node, who, a, &so_far, &last_ms, err);
    if (r < 0)
        return r;
    f.further = so_far.interviews > 0;
    f.agreed = str_eq(record_text(interview, "int_Agreed"), STR("yes")) && still_yes(node, who, interview, last_ms, now_ms);
    *out = interview_state(&f, now_ms);
    return 0;
}

int interview_where(struct node *node, const struct record *interview, int64_t now_ms, struct arena *a, struct interview_state *out, struct err *err)
{
    struct interview_of who;
    int r = interview_of_file(node, interview->file, interview->about, a, &who, err);
    return r < 0 ? r : interview_stands(node, &who, interview, now_ms, a, out, err);
}

int interview_can_now(struct node *node, const struct record *interview, enum interview_event event, enum interview_side by, int64_t now_ms, struct arena *a,
                      struct err *err)
{
    struct interview_state at;
    int r = interview_where(node, interview, now_ms, a, &at, err);
    return r < 0 ? r : interview_can(&at, event, by, err);
}

/* --- may a recording begin --- */

/* Nobody of the file was interviewed, here or at a partner: then a recording needs no plan. */
static int nobody_was(struct node *node, const uint8_t *file, struct arena *a, struct err *err)
{
    struct interview_counters so_far;
    struct interview_of who;
    int r = interview_of_file(node, file, NULL, a, &who, err);
    for (size_t i = 0; r == 0 && i < who.n; i++) {
        if (who.records[i].unit != FIELD_OF_PERSON)
            continue;
        who.person = who.records[i].id;
        r = interview_counted(node, &who, a, &so_far, err);
        if (r == 0 && so_far.interviews)
            r = err_set(err, ERR_DENIED, N_("she was interviewed before: another interview needs one of the legal grounds, with reasons"));
    }
    return r;
}

int interview_ready(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *interview, int64_t now_ms, struct arena *a, struct err *err)
{
    struct record record;
    if (!interview)
        return nobody_was(node, file, a, err);
    int r = interview_record(node, file, interview, FIELD_OF_INTERVIEW, a, &record, err);
    return r < 0 ? r : interview_can_now(node, &record, INTERVIEW_RECORD, INTERVIEW_OURS, now_ms, a, err);
}

/* --- questions of the file, as who interviews knows them --- */

/* kinds: bits 1 << enum recording_mark_kind. */
static int marked(struct node *node, const uint8_t *file, unsigned kinds_wanted, struct arena *a, struct interview_answered **out, size_t *n, struct err *err)
{
    struct recording *recordings;
    struct recording_mark *marks;
    size_t n_recordings, n_marks, room = 0;
    int r = recordings_of(node, file, a, &recordings, &n_recordings, err);
    *out = NULL;
    *n = 0;
    for (size_t i = 0; r == 0 && i < n_recordings; i++) {
        r = recording_marks(node, recordings[i].id, a, &marks, &n_marks, err);
        for (size_t k = 0; r == 0 && k < n_marks; k++) {
            if (!(kinds_wanted & 1u << marks[k].kind) || !marks[k].has_question)
                continue;
            arena_one_more(a, *out, *n, room);
            (*out)[*n].at_ms = marks[k].at_ms;
            memcpy((*out)[(*n)++].question, marks[k].question, ID_LEN);
        }
    }
    return r;
}

int interview_answers(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct interview_answered **out, size_t *n, struct err *err)
{
    return marked(node, file, 1u << MARK_ANSWERED, a, out, n, err);
}

int interview_marked(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct interview_answered **out, size_t *n, struct err *err)
{
    return marked(node, file, 1u << MARK_ASKED | 1u << MARK_ANSWERED | 1u << MARK_NOT_ANSWERED, a, out, n, err);
}

#define JOINS_MAX 8 /* one behind the other */

const struct interview_answered *interview_answer_of(const struct record *records, size_t n, const struct interview_answered *all, size_t n_all,
                                                     const struct record *question)
{
    const struct interview_answered *at = interview_answered_at(all, n_all, question->id);
    for (int joins = 0; !at && joins < JOINS_MAX; joins++) {
        const struct record *other = NULL;
        uint8_t id[ID_LEN];
        if (!hex_decode_into(record_text(question, "que_Joined"), id, ID_LEN))
            return NULL;
        for (size_t i = 0; i < n; i++)
            if (memcmp(records[i].id, id, ID_LEN) == 0)
                other = &records[i];
        if (!other)
            return NULL;
        at = interview_answered_at(all, n_all, id);
        question = other;
    }
    return at;
}

const struct interview_answered *interview_answered_at(const struct interview_answered *all, size_t n, const uint8_t question[static ID_LEN])
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].question, question, ID_LEN) == 0)
            return &all[i];
    return NULL;
}

enum question_state interview_question_state(const struct record *q, const struct interview_answered *answers, size_t n)
{
    if (record_text(q, "que_TakenBack").len)
        return QUESTION_BACK;
    if (interview_answered_at(answers, n, q->id))
        return QUESTION_ANSWERED;
    if (record_text(q, "que_SetAside").len)
        return QUESTION_ASIDE;
    return record_text(q, "que_Joined").len ? QUESTION_JOINED : QUESTION_IN;
}
