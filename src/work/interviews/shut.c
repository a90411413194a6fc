/* What an interview that was held leaves open: its window is shut, and whoever asked learns what was not put, or not answered. See interview.h. */
#include <string.h>

#include "work/interviews/interview_internal.h"
#include "work/statements/recording.h"

static const char *const ends[] = {N_("the interview was held, and this was not asked"), N_("this was asked, and not answered")};

const char *interview_end_words(str reason)
{
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (str_eq(reason, str_from(ends[i])))
            return ends[i];
    return NULL;
}

int interview_tell_shut(struct node *node, int64_t now_ms, const struct tie *tie, const struct record *interview, struct arena *a, struct err *err)
{
    const struct act plain = {.purpose = STR("protection"), .now_ms = now_ms}; /* nothing else is said of why */
    struct interview_paper p = {.kind = PAPER_WINDOW, .language = record_text(interview, "int_Language")};
    struct partner to;
    int r = partner_by_id(node->db, a, tie->partner, &to, err);
    if (r < 0 || to.status != PARTNER_ACTIVE)
        return r == ERR_NOT_FOUND ? 0 : r;
    memcpy(p.tie, tie->id, ID_LEN);
    memcpy(p.interview, interview->id, ID_LEN);
    r = interview_letter(node, &plain, a, &to, &p, err);
    return r == ERR_NOT_FOUND || r == ERR_DENIED ? 0 : r;
}

/* --- by the clock --- */

struct ending {
    const struct interview_of *who;
    const struct record *interview;
    struct arena *a;
    struct tie *ties;
    size_t n_ties;
    const struct interview_answered *answers, *asked; /* asked: and answered or not */
    size_t n_answers, n_asked;
};

static bool window_is_open(const struct record *interview, int64_t now_ms)
{
    int64_t until;
    return str_to_int(record_text(interview, "int_WindowUntil"), 1, INT64_MAX, &until) && until > now_ms;
}

/* A partner's, for which nothing was said yet. */
static bool is_left(const struct ending *e, const struct record *q)
{
    if (q->unit != FIELD_OF_QUESTION || !str_eq(record_text(q, "que_Interview"), hex_encode(e->a, (bytes){e->interview->id, ID_LEN})) || !record_text(q, "que_From").len)
        return false;
    const enum question_state is = interview_question_state(q, e->answers, e->n_answers);
    return (is == QUESTION_IN || is == QUESTION_JOINED) && !interview_answer_of(e->who->records, e->who->n, e->answers, e->n_answers, q);
}

static int set_aside(struct node *node, struct act *act, const struct ending *e, const struct record *q, struct err *err)
{
    const str why = str_from(ends[interview_answer_of(e->who->records, e->who->n, e->asked, e->n_asked, q) != NULL]);
    struct interview_paper p = {.kind = PAPER_STATE, .state = str_from(question_state_code(QUESTION_ASIDE)), .reason = why};
    struct partner to;
    uint8_t from[ID_LEN];
    int r = interview_change_record(node, act, e->a, q, (const char *const[]){"que_SetAside"}, &why, 1, err);
    if (r < 0 || !hex_decode_into(record_text(q, "que_From"), from, ID_LEN) || (r = partner_by_id(node->db, e->a, from, &to, err)) < 0)
        return r == ERR_NOT_FOUND ? 0 : r;
    memcpy(p.interview, e->interview->id, ID_LEN);
    memcpy(p.question, q->id, ID_LEN);
    for (size_t i = 0; i < e->n_ties; i++)
        if (memcmp(e->ties[i].partner, from, ID_LEN) == 0) {
            memcpy(p.tie, e->ties[i].id, ID_LEN);
            r = interview_letter(node, act, e->a, &to, &p, err);
            break;
        }
    return r == ERR_NOT_FOUND || r == ERR_DENIED ? 0 : r;
}

static int do_end(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct ending *e = arg;
    int r = 0;
    interview_is_about(act, e->interview->id);
    if (window_is_open(e->interview, act->now_ms)) {
        for (size_t i = 0; r == 0 && i < e->n_ties; i++)
            if (interview_window_is_for(e->a, e->interview, e->ties[i].partner))
                r = interview_tell_shut(node, act->now_ms, &e->ties[i], e->interview, e->a, err);
        if (r == 0)
            r = interview_change_record(node, act, e->a, e->interview, (const char *const[]){"int_WindowUntil"}, &STR(""), 1, err);
    }
    for (size_t i = 0; r == 0 && i < e->who->n; i++)
        if (is_left(e, &e->who->records[i]))
            r = set_aside(node, act, e, &e->who->records[i], err);
    return r;
}

/* Something is open of it. */
static bool has_rest(const struct ending *e, int64_t now_ms)
{
    bool rest = window_is_open(e->interview, now_ms);
    for (size_t i = 0; i < e->who->n && !rest; i++)
        rest = is_left(e, &e->who->records[i]);
    return rest;
}

static bool was_held(const struct recording *all, size_t n, const uint8_t *interview)
{
    bool held = false;
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].interview, interview, ID_LEN) == 0) {
            if (all[i].state != RECORDING_SEALED)
                return false;
            held = true;
        }
    return held;
}

int interview_end_held(struct node *node, const struct interview_of *who, int64_t now_ms, struct arena *a, struct err *err)
{
    struct ending e = {.who = who, .a = a};
    struct interview_answered *answers, *asked;
    struct recording *recordings;
    size_t n;
    int r = recordings_of(node, who->file, a, &recordings, &n, err);
    if (r < 0 || n == 0)
        return r;
    r = interview_answers(node, who->file, a, &answers, &e.n_answers, err);
    if (r == 0)
        r = interview_marked(node, who->file, a, &asked, &e.n_asked, err);
    if (r == 0)
        r = ties_of(node->db, who->file, who->person, a, &e.ties, &e.n_ties, err);
    e.answers = answers;
    e.asked = asked;
    for (size_t i = 0; r == 0 && i < who->n; i++) {
        struct act act = {.verb = VERB_INTERVIEW_END, .actor = &act_node, .purpose = STR("protection"), .now_ms = now_ms};
        e.interview = &who->records[i];
        if (e.interview->unit == FIELD_OF_INTERVIEW && e.interview->has_about && memcmp(e.interview->about, who->person, ID_LEN) == 0 &&
            was_held(recordings, n, e.interview->id) && has_rest(&e, now_ms))
            r = act_run(node, &act, do_end, &e, err);
    }
    return r;
}
