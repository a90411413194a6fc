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

/* The question's interview is hers, and sealed. */
static bool is_sealed_of(const struct interview_of *who, const struct recording *recordings, size_t n, const struct record *question)
{
    uint8_t interview[ID_LEN];
    if (!hex_decode_into(record_text(question, "que_Interview"), interview, ID_LEN) || !is_hers(who, interview))
        return false;
    for (size_t i = 0; i < n; i++)
        if (recordings[i].state == RECORDING_SEALED && memcmp(recordings[i].interview, interview, ID_LEN) == 0)
            return true;
    return false;
}

/* Which of a partner's questions were answered, and when, by the marks of the sealed recordings of her interviews; one that was asked together with
 * another when that one was. */
static int answered_of(struct node *node, const struct interview_of *who, const uint8_t *partner, struct arena *a, struct interview_register *out, struct err *err)
{
    struct recording *recordings;
    struct interview_answered *answers;
    size_t n, n_answers, room = 0;
    str from = hex_encode(a, (bytes){partner, ID_LEN});
    int r = recordings_of(node, who->file, a, &recordings, &n, err);
    if (r == 0)
        r = interview_answers(node, who->file, a, &answers, &n_answers, err);
    for (size_t i = 0; r == 0 && i < who->n && out->n_answered < INTERVIEW_QUESTIONS_MAX; i++) {
        const struct record *q = &who->records[i];
        if (q->unit != FIELD_OF_QUESTION || !str_eq(record_text(q, "que_From"), from) || !is_sealed_of(who, recordings, n, q))
            continue;
        const struct interview_answered *at = interview_answer_of(who->records, who->n, answers, n_answers, q);
        if (!at)
            continue;
        arena_one_more(a, out->answered, out->n_answered, room);
        out->answered[out->n_answered].at_ms = at->at_ms;
        memcpy(out->answered[out->n_answered++].question, q->id, ID_LEN);
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
    struct interview_of who;
    int r = interview_of_file(node, tie->file, tie->person, a, &who, err);
    if (r == 0)
        r = interview_end_held(node, &who, now_ms, a, err);
    if (r == 0)
        r = partner_by_id(node->db, a, tie->partner, &to, err);
    if (r < 0 || to.status != PARTNER_ACTIVE)
        return r == ERR_NOT_FOUND ? 0 : r;
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
