#include "work/interviews/rules.h"

#include <stdlib.h>
#include <string.h>

const struct interview_word interview_phases[] = {
    {"Rapport", N_("Arriving: who is here, what for, what she may refuse")},
    {"Account", N_("Her free account")},
    {"Clarify", N_("Questions to what she said, and those of the agencies")},
    {"Close", N_("The end: what happens next, whom she can reach, what she wants to add")},
    {0},
};

const struct interview_ground interview_grounds[] = {
    {"NewFacts", N_("New facts that could not have been asked before"), "Directive 2012/29/EU art. 20(b)"},
    {"DefenceRight", N_("The defence has a right to put questions, and the recording does not meet it"), "ECHR art. 6(3)(d)"},
    {"CourtOrder", N_("A court orders it"), "national law"},
    {"OwnWish", N_("She asks for it herself"), "Directive 2012/29/EU art. 10"},
    {"BrokenRecording", N_("The recording cannot be used"), "Directive 2012/29/EU art. 20(b)"},
    {"Safety", N_("Her safety, or that of somebody else, depends on it"), "Directive 2012/29/EU art. 18"},
    {0},
};

const struct interview_ground *interview_ground(str code)
{
    for (const struct interview_ground *g = interview_grounds; g->code; g++)
        if (str_eq(code, str_from(g->code)))
            return g;
    return NULL;
}

size_t interview_phase(str code)
{
    size_t i = 0;
    while (interview_phases[i].code && !str_eq(code, str_from(interview_phases[i].code)))
        i++;
    return i;
}

/* --- alike --- */

struct tokens { str *all; size_t n; };

static int by_text(const void *x, const void *y)
{
    const str *a = x, *b = y;
    int r = memcmp(a->p, b->p, a->len < b->len ? a->len : b->len);
    return r ? r : (a->len > b->len) - (a->len < b->len);
}

static bool is_letter(unsigned char c)
{
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t next_letter(str s, size_t at)
{
    for (at++; at < s.len && ((unsigned char)s.p[at] & 0xc0) == 0x80;)
        at++;
    return at;
}

static void add(struct tokens *t, str token)
{
    t->all[t->n++] = token;
}

/* A run of letters beyond ASCII may be a sentence without a space: it is taken by three letters. */
static void add_run(struct tokens *t, str run)
{
    size_t ends[4] = {0}, letters = 0;
    for (size_t at = 0; at < run.len; letters++)
        at = next_letter(run, at);
    if ((unsigned char)run.p[0] < 0x80 || letters <= 6) {
        add(t, run);
        return;
    }
    for (size_t from = 0; from < run.len;) {
        ends[0] = from;
        for (int i = 1; i < 4; i++)
            ends[i] = ends[i - 1] < run.len ? next_letter(run, ends[i - 1]) : run.len + 1;
        if (ends[3] > run.len)
            return;
        add(t, str_slice(run, from, ends[3]));
        from = ends[1];
    }
}

static struct tokens tokens_of(struct arena *a, str in)
{
    struct tokens t = {.all = arena_array(a, str, in.len + 1)};
    char *low = arena_alloc(a, in.len + 1);
    for (size_t i = 0; i < in.len; i++)
        low[i] = in.p[i] >= 'A' && in.p[i] <= 'Z' ? (char)(in.p[i] + 32) : in.p[i];
    str s = {low, in.len};
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        while (i < s.len && is_letter((unsigned char)s.p[i]))
            i++;
        if (i > from)
            add_run(&t, str_slice(s, from, i));
        else
            i++;
    }
    qsort(t.all, t.n, sizeof *t.all, by_text);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) /* each once */
        if (n == 0 || by_text(&t.all[n - 1], &t.all[i]) != 0)
            t.all[n++] = t.all[i];
    t.n = n;
    return t;
}

int interview_alike(struct arena *a, str one, str other)
{
    struct tokens x = tokens_of(a, one), y = tokens_of(a, other);
    size_t i = 0, j = 0, shared = 0;
    if (x.n == 0 || y.n == 0)
        return 0;
    while (i < x.n && j < y.n) {
        int order = by_text(&x.all[i], &y.all[j]);
        shared += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return (int)(200 * shared / (x.n + y.n)); /* Dice's coefficient */
}

struct interview_counters interview_add(struct interview_counters one, struct interview_counters other)
{
    return (struct interview_counters){one.interviews + other.interviews, one.minutes + other.minutes, one.exams + other.exams};
}
