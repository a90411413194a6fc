/* compare: how alike two names are.
 *
 * Words are paired, whatever their order, by the evidence that they are one word (sounds.h); two neighbours may be paired
 * with one word of the other name (Jong-un, Jongun). What the pairs and the words left over say together is weighed by a
 * logistic function (weights, below).
 */
#include "trust/names/compare_internal.h"
#include "trust/names/names_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define READINGS 4
#define UNITS_MAX (2 * NAMES_TOKENS_MAX)
#define JOIN_LENGTH_GAP 3    /* letters by which joined words may differ from their partner in length */
#define INITIAL_AGREEMENT 0.8
#define INITIAL_EVIDENCE 1.5
#define AGREEMENT_FLOOR (-0.5)
#define CHANCE_EVIDENCE 5.0  /* nats against; of words picked at random one pair in a thousand does better */

/* One word, or two neighbours taken as one. */
struct unit {
    uint32_t tokens; /* bit i: token i is in it */
    size_t first;
    size_t letters;
    size_t n;        /* readings */
    str latin[READINGS];
    struct sound_word word[READINGS];
    double self;     /* evidence of the word for itself */
    unsigned loose;  /* enum sound_loose */
    bool by_sound, minor, initial, joined;
};

struct side {
    struct unit unit[UNITS_MAX];
    size_t n;
    size_t n_tokens;
};

static void complete(const struct sounds *s, struct unit *u)
{
    u->self = 1;
    u->letters = u->latin[0].len;
    for (size_t i = 0; i < u->n; i++) {
        sounds_word(s, u->latin[i], u->by_sound, &u->word[i]);
        double self = sounds_fit(s, &u->word[i], &u->word[i], u->loose);
        if (self > u->self)
            u->self = self;
    }
}

static unsigned looseness(const struct name_token *t)
{
    return (t->vowels_loose ? SOUND_LOOSE_VOWELS : 0) | (t->voice_loose ? SOUND_LOOSE_VOICE : 0);
}

static void add_unit(const struct sounds *s, struct side *side, const struct name_token *t, size_t first)
{
    struct unit *u = &side->unit[side->n++];
    *u = (struct unit){.tokens = UINT32_C(1) << first, .first = first, .by_sound = t->by_sound,
                       .loose = looseness(t), .minor = t->minor, .initial = t->initial};
    for (u->n = 0; u->n < t->n_latin && u->n < READINGS; u->n++)
        u->latin[u->n] = t->latin[u->n];
    complete(s, u);
}

static void add_joined(const struct sounds *s, struct arena *a, struct side *side, const struct name_token *t, size_t first)
{
    struct unit *u = &side->unit[side->n++];
    *u = (struct unit){.tokens = UINT32_C(3) << first, .first = first, .n = 1, .by_sound = t[0].by_sound, .joined = true,
                       .loose = looseness(t), .minor = t[0].minor && t[1].minor};
    u->latin[0] = str_printf(a, "%.*s%.*s", STR_ARG(t[0].latin[0]), STR_ARG(t[1].latin[0]));
    complete(s, u);
}

/* A join is only worth a look if the other name has a word about as long. */
static bool join_may_fit(const struct name_token *t, const struct name_forms *other)
{
    if (t[0].initial || t[1].initial || t[0].by_sound != t[1].by_sound || !t[0].n_latin || !t[1].n_latin)
        return false;
    size_t len = t[0].latin[0].len + t[1].latin[0].len;
    for (size_t i = 0; i < other->n; i++) {
        size_t theirs = other->tokens[i].latin[0].len;
        if (len <= theirs + JOIN_LENGTH_GAP && theirs <= len + JOIN_LENGTH_GAP)
            return true;
    }
    return false;
}

static void fill_side(const struct names *n, struct arena *a, const struct name_forms *f, const struct name_forms *other, struct side *out)
{
    out->n = 0;
    out->n_tokens = f->n;
    for (size_t i = 0; i < f->n; i++)
        add_unit(n->sounds, out, &f->tokens[i], i);
    for (size_t i = 0; i + 1 < f->n; i++)
        if (join_may_fit(&f->tokens[i], other))
            add_joined(n->sounds, a, out, &f->tokens[i], i);
}

struct pairing {
    const struct unit *x, *y;
    double evidence, agreement;
    bool identical, initial;
};

static bool pair_initial(const struct unit *x, const struct unit *y, struct pairing *out)
{
    if (!x->initial && !y->initial)
        return false;
    bool same = x->letters && y->letters && x->latin[0].p[0] == y->latin[0].p[0];
    out->initial = true;
    out->evidence = same ? INITIAL_EVIDENCE : -INITIAL_EVIDENCE;
    out->agreement = same ? INITIAL_AGREEMENT : AGREEMENT_FLOOR;
    return true;
}

/* Best over all readings. Between a spelling and a romanisation the spelling is read; between two of a kind, either. */
static struct pairing pair_units(const struct sounds *s, const struct unit *x, const struct unit *y)
{
    struct pairing p = {.x = x, .y = y, .evidence = -1e9};
    if (pair_initial(x, y, &p))
        return p;
    unsigned loose = x->loose | y->loose;
    for (size_t i = 0; i < x->n; i++)
        for (size_t j = 0; j < y->n; j++) {
            if (str_eq(x->latin[i], y->latin[j])) {
                p.identical = true;
                continue;
            }
            if (x->by_sound <= y->by_sound)
                p.evidence = fmax(p.evidence, sounds_fit(s, &x->word[i], &y->word[j], loose));
            if (x->by_sound >= y->by_sound)
                p.evidence = fmax(p.evidence, sounds_fit(s, &y->word[j], &x->word[i], loose));
        }
    double self = (x->loose ^ y->loose) & SOUND_LOOSE_VOWELS ? fmin(x->self, y->self) : (x->self + y->self) / 2;
    if (p.identical)
        p.evidence = self;
    p.agreement = fmin(1, fmax(AGREEMENT_FLOOR, (p.evidence + CHANCE_EVIDENCE) / (self + CHANCE_EVIDENCE)));
    return p;
}

static double share_left(const struct side *side, uint32_t taken, bool *minor_missing)
{
    double all = 0, left = 0;
    for (size_t i = 0; i < side->n_tokens; i++) {
        const struct unit *u = &side->unit[i];
        bool is_left = !(taken & u->tokens);
        if (u->minor || u->initial) {
            *minor_missing = *minor_missing || is_left;
            continue;
        }
        all += u->self;
        left += is_left ? u->self : 0;
    }
    return all > 0 ? left / all : 0;
}

static void add_pair(struct name_measures *out, const struct pairing *p, double *weight)
{
    /* A minor word that disagrees is as if it were missing; one that agrees helps a little. */
    double w = (p->x->self + p->y->self) / 2 * (p->initial || p->x->minor || p->y->minor ? 0.3 : 1);
    out->agreement = (out->agreement * *weight + p->agreement * w) / (*weight + w);
    *weight += w;
    out->evidence += p->evidence;
    if (!p->x->minor && !p->y->minor && p->agreement < out->worst)
        out->worst = p->agreement;
    out->joined = out->joined || p->x->joined || p->y->joined;
    out->initials = out->initials || p->initial;
    out->identical = out->identical && p->identical;
    out->pairs++;
}

#define PAIRINGS_MAX (UNITS_MAX * UNITS_MAX)

/* Takes the pairing with most evidence, again and again, as long as both its sides are free. */
static void pair_greedily(struct pairing *pairing, size_t n, uint32_t *taken_x, uint32_t *taken_y, struct name_measures *out)
{
    size_t first_y[NAMES_TOKENS_MAX];
    double weight = 0;
    memset(first_y, 0xff, sizeof first_y);
    for (;;) {
        const struct pairing *best = NULL;
        for (size_t i = 0; i < n; i++) {
            const struct pairing *p = &pairing[i];
            if (!(p->x->tokens & *taken_x) && !(p->y->tokens & *taken_y) && (!best || p->evidence > best->evidence))
                best = p;
        }
        if (!best)
            break;
        *taken_x |= best->x->tokens;
        *taken_y |= best->y->tokens;
        first_y[best->x->first] = best->y->first;
        add_pair(out, best, &weight);
    }
    size_t last = 0;
    for (size_t i = 0; i < NAMES_TOKENS_MAX; i++)
        if (first_y[i] != SIZE_MAX) {
            out->reordered = out->reordered || first_y[i] < last;
            last = first_y[i];
        }
}

/* Both orders of the arguments have to give the same, so the names are put in an order of their own. */
static bool in_order(const struct name_forms *x, const struct name_forms *y)
{
    if (x->n != y->n)
        return x->n < y->n;
    for (size_t i = 0; i < x->n; i++) {
        int order = str_cmp(x->tokens[i].text, y->tokens[i].text);
        if (order != 0)
            return order < 0;
    }
    return true;
}

static void measure(const struct names *n, struct arena *scratch, const struct name_forms *a, const struct name_forms *b, struct name_measures *out)
{
    bool turned = !in_order(a, b);
    const struct name_forms *x = turned ? b : a, *y = turned ? a : b;
    struct side *sides = arena_array(scratch, struct side, 2);
    fill_side(n, scratch, x, y, &sides[0]);
    fill_side(n, scratch, y, x, &sides[1]);

    struct pairing *pairing = arena_array(scratch, struct pairing, PAIRINGS_MAX);
    size_t n_pairings = 0;
    for (size_t i = 0; i < sides[0].n; i++)
        for (size_t j = 0; j < sides[1].n; j++) {
            const struct unit *u = &sides[0].unit[i], *v = &sides[1].unit[j];
            if ((u->joined && v->joined) || ((u->joined || v->joined) && (u->letters > v->letters + JOIN_LENGTH_GAP ||
                                                                           v->letters > u->letters + JOIN_LENGTH_GAP)))
                continue;
            pairing[n_pairings++] = pair_units(n->sounds, u, v);
        }
    *out = (struct name_measures){.worst = 1, .identical = true};
    uint32_t taken_x = 0, taken_y = 0;
    pair_greedily(pairing, n_pairings, &taken_x, &taken_y, out);
    if (out->pairs == 0)
        out->worst = 0;
    double left_x = share_left(&sides[0], taken_x, &out->minor_missing), left_y = share_left(&sides[1], taken_y, &out->minor_missing);
    out->missing_less = fmin(left_x, left_y);
    out->missing_more = fmax(left_x, left_y);
}

/* Weights of the logistic function: fitted (maximum likelihood) on 15,000 pairs of whole names, the same person in two
 * scripts or spellings against another person, half of them sharing a word; checked on the half left out. Public office
 * holders' names from Wikidata (CC0) and Febrl's synthetic names. Identical words are not in that data often enough to
 * learn their weight: it is set so that two equal names score above .95. */
static const struct {
    double start, agreement, worst, missing, evidence, one_word, identical;
} weights = {0.99, -1.44, 3.57, -4.18, 0.1075, -1.40, 2.0};
#define EVIDENCE_ENOUGH 40.0 /* nats; more does not make a name more alike */

static double weigh(const struct name_measures *m)
{
    if (m->pairs == 0)
        return 0;
    double z = weights.start + weights.agreement * m->agreement + weights.worst * m->worst + weights.missing * m->missing_more +
               weights.evidence * fmin(m->evidence, EVIDENCE_ENOUGH);
    z += m->pairs == 1 ? weights.one_word : 0;
    z += m->identical ? weights.identical : 0;
    return 1 / (1 + exp(-z));
}

static void explain(const struct name_measures *m, char out[NAMES_REASON_MAX])
{
    const char *likeness = m->pairs == 0        ? N_("nothing to compare")
                           : m->identical       ? N_("same letters")
                           : m->worst >= 0.75   ? N_("same sound")
                           : m->worst >= 0.4    ? N_("similar sound")
                           : m->agreement > 0.5 ? N_("one word differs")
                                                : N_("different");
    const struct { bool so; const char *words; } more[] = {
        {m->reordered, N_("order differs")},
        {m->joined, N_("written as one word")},
        {m->initials, N_("initial")},
        {m->missing_more > 0, N_("a word is missing")},
        {m->minor_missing, N_("middle name or particle missing")},
    };
    size_t len = (size_t)snprintf(out, NAMES_REASON_MAX, "%s", likeness);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i].so && len < NAMES_REASON_MAX)
            len += (size_t)snprintf(out + len, NAMES_REASON_MAX - len, "; %s", more[i].words);
}

void names_measure(const struct names *n, struct arena *scratch, const struct name *a, const struct name *b, struct name_measures *out)
{
    struct name_forms forms[2];
    names_tokens(n, scratch, a, false, &forms[0]);
    names_tokens(n, scratch, b, false, &forms[1]);
    measure(n, scratch, &forms[0], &forms[1], out);
}

static void judge(const struct name_measures *m, struct name_comparison *out)
{
    out->score = weigh(m);
    explain(m, out->reason);
}

void names_compare(const struct names *n, struct arena *scratch, const struct name *a, const struct name *b, struct name_comparison *out)
{
    struct name_measures m;
    names_measure(n, scratch, a, b, &m);
    judge(&m, out);
}

void names_read(const struct names *n, struct arena *a, const struct name *name, struct name_forms *out)
{
    names_tokens(n, a, name, false, out);
}

void names_compare_read(const struct names *n, struct arena *scratch, const struct name_forms *a, const struct name_forms *b, struct name_comparison *out)
{
    struct name_measures m;
    measure(n, scratch, a, b, &m);
    judge(&m, out);
}
