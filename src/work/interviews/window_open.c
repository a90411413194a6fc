/* The window for questions, at who interviews: to whom it is opened, on what that rests, and why not to others. */
#include <string.h>

#include "work/cases/consent_act.h"
#include "work/interviews/interview_internal.h"

static const char *const rests[] = {[WINDOW_NOBODY] = "none", [WINDOW_CONSENT] = "consent", [WINDOW_LAW] = "law"};
#define RESTS (sizeof rests / sizeof rests[0])

/* A line of the record: the partner in hex, on what it rests, words. */
static str line_of(struct arena *a, const struct interview_told *t)
{
    return str_trim(str_printf(a, "%.*s %s %.*s", STR_ARG(hex_encode(a, (bytes){t->partner, ID_LEN})), rests[t->rests], STR_ARG(t->words)));
}

static bool read_line(str line, struct interview_told *t)
{
    const size_t hex = 2 * ID_LEN;
    *t = (struct interview_told){0};
    if (line.len <= hex || !hex_decode_into(str_slice(line, 0, hex), t->partner, ID_LEN))
        return false;
    const str rest = str_trim(str_slice(line, hex, line.len));
    for (size_t i = 0; i < RESTS; i++)
        if (str_starts(rest, str_from(rests[i]))) {
            t->rests = (enum window_rests)i;
            t->words = str_trim(str_slice(rest, strlen(rests[i]), rest.len));
            return true;
        }
    return false;
}

void interview_window_told(struct arena *a, const struct record *interview, struct interview_told **out, size_t *n)
{
    const struct field *f = field_find(STR("int_WindowTo"));
    str line;
    size_t lines = 0;
    while (record_nth(interview, f, lines, &line))
        lines++;
    *out = arena_array(a, struct interview_told, lines);
    *n = 0;
    for (size_t i = 0; i < lines; i++)
        if (record_nth(interview, f, i, &line) && read_line(line, &(*out)[*n]))
            ++*n;
}

bool interview_window_is_for(struct arena *a, const struct record *interview, const uint8_t partner[static ID_LEN])
{
    struct interview_told *all;
    size_t n;
    interview_window_told(a, interview, &all, &n);
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].partner, partner, ID_LEN) == 0)
            return all[i].rests != WINDOW_NOBODY;
    return false;
}

int interview_window_partners(struct node *node, const struct interview_of *who, str purpose, int64_t now_ms, struct arena *a, struct interview_window_partner **out,
                              size_t *n, struct err *err)
{
    struct tie *ties;
    size_t n_ties;
    int r = ties_of(node->db, who->file, who->person, a, &ties, &n_ties, err);
    *n = 0;
    *out = arena_array(a, struct interview_window_partner, r == 0 ? n_ties : 0);
    for (size_t i = 0; r == 0 && i < n_ties; i++) {
        struct interview_window_partner *p = &(*out)[*n];
        bool before = false; /* two ties with one partner: one window is enough */
        for (size_t k = 0; k < *n; k++)
            before = before || memcmp((*out)[k].partner.id, ties[i].partner, ID_LEN) == 0;
        *p = (struct interview_window_partner){0};
        if (before || (r = partner_by_id(node->db, a, ties[i].partner, &p->partner, err)) < 0 || p->partner.status != PARTNER_ACTIVE) {
            r = r == ERR_NOT_FOUND ? 0 : r;
            continue;
        }
        for (size_t k = 0; k < who->n && !p->consent; k++) {
            const struct record *c = &who->records[k];
            if (c->unit == FIELD_OF_CONSENT && c->has_about && memcmp(c->about, who->person, ID_LEN) == 0 && consent_lets(node, c, &p->partner, purpose, now_ms, NULL) == 0)
                p->consent = c;
        }
        ++*n;
    }
    return r;
}

struct opening { struct on_interview q; int64_t until_ms; const struct interview_basis *bases; size_t n_bases; int64_t *told; };

static str basis_for(const struct opening *o, const uint8_t *partner)
{
    for (size_t i = 0; i < o->n_bases; i++)
        if (memcmp(o->bases[i].partner, partner, ID_LEN) == 0)
            return str_trim(o->bases[i].words);
    return STR("");
}

/* On what it is opened to this one now; when it is shut, as it was opened before. */
static struct interview_told told_of(const struct opening *o, const struct interview_window_partner *p, const struct interview_told *before, size_t n_before)
{
    struct interview_told t = {.rests = WINDOW_NOBODY};
    memcpy(t.partner, p->partner.id, ID_LEN);
    for (size_t i = 0; i < n_before && o->until_ms == 0; i++)
        if (memcmp(before[i].partner, t.partner, ID_LEN) == 0)
            return before[i];
    if (o->until_ms == 0)
        return t;
    if (!p->consent)
        t.words = basis_for(o, p->partner.id);
    t.rests = p->consent ? WINDOW_CONSENT : t.words.len ? WINDOW_LAW : WINDOW_NOBODY;
    return t;
}

static int tell_all(struct node *node, struct act *act, struct opening *o, const char **names, str *texts, size_t *n_lines, struct err *err)
{
    struct on_interview *q = &o->q;
    struct interview_paper p = {.kind = PAPER_WINDOW, .until_ms = o->until_ms, .language = record_text(&q->interview, "int_Language")};
    struct interview_window_partner *partners;
    struct interview_told *before;
    struct interview_of who;
    struct tie *ties;
    size_t n, n_before, n_ties;
    interview_window_told(q->a, &q->interview, &before, &n_before);
    int r = interview_of_file(node, q->file, q->interview.about, q->a, &who, err);
    if (r == 0)
        r = interview_window_partners(node, &who, act->purpose, act->now_ms, q->a, &partners, &n, err);
    if (r == 0)
        r = ties_of(node->db, q->file, q->interview.about, q->a, &ties, &n_ties, err);
    memcpy(p.interview, q->id, ID_LEN);
    for (size_t i = 0; r == 0 && i < n && *n_lines < INTERVIEW_WINDOW_PARTNERS; i++) {
        const struct interview_told t = told_of(o, &partners[i], before, n_before);
        names[*n_lines] = "int_WindowTo";
        texts[(*n_lines)++] = line_of(q->a, &t);
        if (t.rests == WINDOW_NOBODY)
            continue;
        for (size_t k = 0; r == 0 && k < n_ties; k++) /* by each tie: the partner knows which of them it took up */
            if (memcmp(ties[k].partner, t.partner, ID_LEN) == 0) {
                memcpy(p.tie, ties[k].id, ID_LEN);
                r = interview_letter(node, act, q->a, &partners[i].partner, &p, err);
            }
        ++*o->told;
    }
    return r;
}

static int do_open(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct opening *o = arg;
    struct on_interview *q = &o->q;
    const char *names[INTERVIEW_WINDOW_PARTNERS + 1] = {"int_WindowUntil"};
    str texts[INTERVIEW_WINDOW_PARTNERS + 1];
    size_t n = 1;
    *o->told = 0;
    int r = interview_record(node, q->file, q->id, FIELD_OF_INTERVIEW, q->a, &q->interview, err);
    interview_is_about(act, q->id);
    if (r == 0)
        r = interview_can_now(node, &q->interview, o->until_ms ? INTERVIEW_OPEN : INTERVIEW_SHUT, INTERVIEW_OURS, act->now_ms, q->a, err);
    if (r == 0)
        r = tell_all(node, act, o, names, texts, &n, err);
    texts[0] = o->until_ms ? interview_number(q->a, o->until_ms) : STR("");
    return r < 0 ? r : interview_change_record(node, act, q->a, &q->interview, names, texts, n, err);
}

int interview_window(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t interview[static ID_LEN],
                     const struct interview_window *what, int64_t *told, struct err *err)
{
    struct opening o = {.q = {.w = w, .a = a, .file = file, .id = interview}, .until_ms = what->until_ms, .bases = what->bases, .n_bases = what->n_bases, .told = told};
    struct act act = interview_act(w, VERB_INTERVIEW, file);
    if (what->until_ms && what->until_ms <= w->now_ms)
        return err_set(err, ERR_INPUT, N_("choose a time that lies ahead"));
    for (size_t i = 0; i < what->n_bases; i++)
        if (what->bases[i].words.len > INTERVIEW_BASIS_MAX)
            return err_set(err, ERR_INPUT, N_("a basis has at most %d bytes"), INTERVIEW_BASIS_MAX);
    return act_run(w->node, &act, do_open, &o, err);
}
