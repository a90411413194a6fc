/* What she has been put through: this agency's own, what partners state, and telling them when it changed. */
#include <string.h>

#include "trust/serve/jobs.h"
#include "work/interviews/interview_internal.h"
#include "work/statements/recording.h"

#define EVERY_MS 15000

/* The interview that was recorded is one of hers. */
static bool is_hers(const struct interview_of *who, const uint8_t *interview)
{
    for (size_t i = 0; i < who->n; i++) {
        const struct record *r = &who->records[i];
        if (r->unit == FIELD_OF_INTERVIEW && memcmp(r->id, interview, ID_LEN) == 0)
            return r->has_about && memcmp(r->about, who->person, ID_LEN) == 0;
    }
    return false;
}

/* Of one interview several recordings may be sealed: it is one interview. */
static bool counted(const struct recording *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (all[k].state == RECORDING_SEALED && memcmp(all[k].interview, all[i].interview, ID_LEN) == 0)
            return true;
    return false;
}

static int own_register(struct node *node, const struct interview_of *who, struct arena *a, struct interview_register *out, struct err *err)
{
    struct recording *recordings;
    size_t n;
    *out = (struct interview_register){0};
    int r = recordings_of(node, who->file, a, &recordings, &n, err);
    if (r < 0)
        return r;
    out->statements = arena_array(a, struct interview_statement, n);
    int64_t length_ms = 0;
    for (size_t i = 0; i < n; i++) {
        if (recordings[i].state != RECORDING_SEALED || !is_hers(who, recordings[i].interview))
            continue;
        struct interview_statement *s = &out->statements[out->n_statements++];
        *s = (struct interview_statement){.sealed_ms = recordings[i].sealed_ms, .length_ms = recordings[i].length_ms};
        memcpy(s->id, recordings[i].id, ID_LEN);
        length_ms += recordings[i].length_ms;
        out->counters.interviews += !counted(recordings, i);
    }
    out->counters.minutes = (length_ms + 59999) / 60000;
    for (size_t i = 0; i < who->n; i++)
        if (memcmp(who->records[i].id, who->person, ID_LEN) == 0)
            (void)!str_to_int(record_text(&who->records[i], "cmt_MedicalExams"), 0, 10000, &out->counters.exams);
    return 0;
}

int interview_registers(struct node *node, const struct interview_of *who, struct arena *a, struct interview_register **out, size_t *n, struct err *err)
{
    struct tie *ties;
    size_t n_ties;
    int r = ties_of(node->db, who->file, who->person, a, &ties, &n_ties, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct interview_register, n_ties + 1);
    *n = 1;
    r = own_register(node, who, a, &(*out)[0], err);
    for (size_t i = 0; r == 0 && i < n_ties; i++) {
        bool before = false; /* two ties with one partner: it has told the same by both */
        for (size_t k = 1; k < *n; k++)
            before = before || memcmp((*out)[k].partner, ties[i].partner, ID_LEN) == 0;
        if (!before && (r = register_store_get(node->db, ties[i].partner, ties[i].id, a, &(*out)[*n], err)) == 0)
            ++*n;
        r = r == ERR_NOT_FOUND ? 0 : r;
    }
    return r;
}

int interview_counted(struct node *node, const struct interview_of *who, struct arena *a, struct interview_counters *out, struct err *err)
{
    struct interview_register *all;
    size_t n;
    int r = interview_registers(node, who, a, &all, &n, err);
    *out = (struct interview_counters){0};
    for (size_t i = 0; r == 0 && i < n; i++)
        *out = interview_add(*out, all[i].counters);
    return r;
}

/* Which of a partner's questions were answered, and when, by the marks of the sealed recordings. */
static int answered_of(struct node *node, const struct interview_of *who, const uint8_t *partner, struct arena *a, struct interview_register *out, struct err *err)
{
    struct recording *recordings;
    struct recording_mark *marks;
    size_t n, n_marks, room = 0;
    str from = hex_encode(a, (bytes){partner, ID_LEN});
    int r = recordings_of(node, who->file, a, &recordings, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (recordings[i].state != RECORDING_SEALED || !is_hers(who, recordings[i].interview) ||
            (r = recording_marks(node, recordings[i].id, a, &marks, &n_marks, err)) < 0)
            continue;
        for (size_t k = 0; k < n_marks; k++)
            for (size_t q = 0; q < who->n && marks[k].kind == MARK_ANSWERED && out->n_answered < INTERVIEW_QUESTIONS_MAX; q++)
                if (who->records[q].unit == FIELD_OF_QUESTION && memcmp(who->records[q].id, marks[k].question, ID_LEN) == 0 &&
                    str_eq(record_text(&who->records[q], "que_From"), from)) {
                    arena_one_more(a, out->answered, out->n_answered, room);
                    out->answered[out->n_answered].at_ms = marks[k].at_ms;
                    memcpy(out->answered[out->n_answered++].question, marks[k].question, ID_LEN);
                }
    }
    return r;
}

int interview_of_file(struct node *node, const uint8_t *file, const uint8_t *person, struct arena *a, struct interview_of *out, struct err *err)
{
    struct record *records;
    *out = (struct interview_of){.file = file, .person = person};
    int r = records_of(node, file, a, &records, &out->n, err);
    out->records = records;
    return r;
}

/* --- telling --- */

struct telling { const struct tie *tie; struct arena *a; struct interview_paper paper; uint8_t digest[HASH_LEN]; };

static int do_tell(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct telling *t = arg;
    struct partner to;
    act->has_object = true;
    memcpy(act->object, t->tie->id, ID_LEN);
    int r = partner_by_id(node->db, t->a, t->tie->partner, &to, err);
    if (r == 0)
        r = interview_letter(node, act, t->a, &to, &t->paper, err);
    return r < 0 ? r : told_store_put(node->db, t->tie, t->digest, err);
}

/* 1: told; 0: nothing has changed, or the partner is stopped. */
static int tell_one(struct node *node, const struct tie *tie, int64_t now_ms, struct arena *a, struct err *err)
{
    static const uint8_t nothing[HASH_LEN];
    struct telling t = {.tie = tie, .a = a, .paper = {.kind = PAPER_REGISTER}};
    struct act act = {.verb = VERB_REGISTER, .actor = &act_node, .purpose = STR("protection"), .now_ms = now_ms};
    struct interview_register *reg = &t.paper.reg;
    struct partner to;
    uint8_t said[HASH_LEN];
    int r = partner_by_id(node->db, a, tie->partner, &to, err);
    if (r < 0 || to.status != PARTNER_ACTIVE)
        return r == ERR_NOT_FOUND ? 0 : r;
    struct interview_of who;
    r = interview_of_file(node, tie->file, tie->person, a, &who, err);
    if (r == 0)
        r = own_register(node, &who, a, reg, err);
    if (r == 0)
        r = answered_of(node, &who, tie->partner, a, reg, err);
    memcpy(t.paper.tie, tie->id, ID_LEN);
    if (r == 0)
        r = told_store_get(node->db, tie, said, err);
    if (r < 0)
        return r;
    crypto_sha256(t.digest, str_bytes(interview_paper_write(a, &t.paper)));
    const bool empty = reg->counters.interviews == 0 && reg->counters.exams == 0 && reg->n_statements == 0;
    if (memcmp(said, t.digest, HASH_LEN) == 0 || (empty && memcmp(said, nothing, HASH_LEN) == 0))
        return 0;
    r = act_run(node, &act, do_tell, &t, err);
    return r < 0 ? r : 1;
}

int interview_tell_registers(struct node *node, int64_t now_ms, int64_t *n, struct err *err)
{
    struct arena *a = arena_new(), *each = arena_new();
    struct tie *ties;
    size_t n_ties;
    *n = 0;
    int r = ties_all(node->db, a, &ties, &n_ties, err);
    for (size_t i = 0; r >= 0 && i < n_ties; i++) {
        arena_reset(each);
        r = tell_one(node, &ties[i], now_ms, each, err);
        *n += r > 0;
    }
    arena_free(each);
    arena_free(a);
    return r < 0 ? r : 0;
}

static int tell(struct serve_context *c, int64_t now_ms, struct err *err)
{
    int64_t n;
    return interview_tell_registers(c->node, now_ms, &n, err);
}

const struct serve_job interviews_job = {"interviews", EVERY_MS, 0, tell, NULL};
