/* abugida: every syllable or word that may start at a position is an edge; the readings are the cheapest paths. */
#include "trust/names/abugida.h"

#include <string.h>

#define PATHS 6         /* readings kept at each position */
#define KEY_ONSET 6     /* code points tried for an onset, medial, final or tail */
#define KEY_VOWEL 6     /* behind the onset */
#define LATIN_MAX 24    /* letters in one syllable; longer ones are no syllable */
#define COST_SYLLABLE 10
#define COST_WORD 5
#define COST_STRAY 60
#define COST_OTHER_READING 8
#define COST_MARGIN 10 /* what costs this much more than the best is no reading, only a possible one */
#define COST_BARE_END 8 /* a last consonant rather closes the syllable before than opens one of its own */

struct path {
    str latin;
    unsigned cost;
};

struct lattice {
    struct arena *arena;
    const struct abugida *script;
    const struct rules *word, *onset, *medial, *vowel, *final, *tail;
    const uint32_t *text;
    size_t len;
    struct path (*at)[PATHS]; /* len + 1 positions, cheapest first */
    size_t *n_at;
    size_t from;              /* where the edges that are being tried start */
    size_t school;            /* which value of a final is read: 0 by its sound, 1 by its letter */
};

/* What a rule says, its values told apart. */
struct meaning {
    str reading[4];
    size_t n;
    unsigned cost;
    int class; /* 0: says nothing of it */
};

/* A syllable while it is put together. */
struct syllable {
    char latin[LATIN_MAX];
    size_t len;
    unsigned cost;
    int class;
    uint32_t lead; /* the vowel sign before the onset, or 0 */
    bool bare;     /* no vowel is written */
    size_t end;    /* position behind what was read */
};

static struct meaning meaning_of(const struct rule *r)
{
    struct meaning m = {0};
    for (size_t i = 0; i < r->n_values; i++) {
        str v = r->value[i];
        int64_t cost;
        if (v.len > 1 && v.p[0] == '+' && str_to_int(str_slice(v, 1, v.len), 0, 1000, &cost))
            m.cost += (unsigned)cost;
        else if (v.len == 1 && v.p[0] >= '1' && v.p[0] <= '9')
            m.class = v.p[0] - '0';
        else if (m.n < sizeof m.reading / sizeof *m.reading)
            m.reading[m.n++] = v;
    }
    if (m.n == 0)
        m.reading[m.n++] = STR("");
    return m;
}

static bool append(struct syllable *s, str latin)
{
    if (latin.len > sizeof s->latin - s->len)
        return false;
    memcpy(s->latin + s->len, latin.p, latin.len);
    s->len += latin.len;
    return true;
}

/* Keeps a path at its position if it is among the cheapest and new. */
static void path_keep(struct lattice *l, size_t end, str latin, unsigned cost)
{
    struct path *at = l->at[end];
    size_t n = l->n_at[end], i = 0;
    for (; i < n; i++) {
        if (str_eq(at[i].latin, latin)) {
            if (at[i].cost <= cost)
                return;
            memmove(at + i, at + i + 1, (--n - i) * sizeof *at);
            break;
        }
    }
    for (i = n; i > 0 && at[i - 1].cost > cost; i--) {}
    if (i < PATHS) {
        if (n == PATHS)
            n--;
        memmove(at + i + 1, at + i, (n - i) * sizeof *at);
        at[i] = (struct path){latin, cost};
        n++;
    }
    l->n_at[end] = n;
}

/* Continues every path that reaches the edge's start. '_' is written as a space. */
static void edge_add(struct lattice *l, size_t end, str latin, unsigned cost)
{
    for (size_t i = 0; i < l->n_at[l->from]; i++) {
        const struct path *p = &l->at[l->from][i];
        bool full = l->n_at[end] == PATHS && l->at[end][PATHS - 1].cost <= p->cost + cost;
        if (full)
            break;
        struct buf b = buf_new(l->arena);
        buf_add(&b, p->latin);
        if (l->script->spaced && p->latin.len && latin.len)
            buf_byte(&b, ' ');
        for (size_t k = 0; k < latin.len; k++)
            buf_byte(&b, latin.p[k] == '_' ? ' ' : latin.p[k]);
        path_keep(l, end, buf_str(&b), p->cost + cost);
    }
}

static void try_words(struct lattice *l)
{
    for (size_t n = 1; n <= l->len - l->from && n <= RULES_KEY_MAX; n++) {
        const struct rule *r = rules_get(l->word, l->text + l->from, n);
        if (!r)
            continue;
        struct meaning m = meaning_of(r);
        for (size_t i = 0; i < m.n; i++)
            edge_add(l, l->from + n, m.reading[i], COST_WORD + m.cost + (unsigned)i * COST_OTHER_READING / 2);
    }
}

static void syllable_done(struct lattice *l, const struct syllable *s)
{
    unsigned bare = s->bare && s->end == l->len ? COST_BARE_END : 0;
    edge_add(l, s->end, (str){s->latin, s->len}, COST_SYLLABLE + s->cost + bare);
}

static void try_finals(struct lattice *l, const struct syllable *open)
{
    for (size_t n = 1; n <= KEY_ONSET && n <= l->len - open->end; n++) {
        const struct rule *r = rules_get(l->final, l->text + open->end, n);
        if (!r)
            continue;
        struct meaning m = meaning_of(r);
        struct syllable s = *open;
        s.end += n;
        s.cost += m.cost;
        s.bare = false;
        if (!append(&s, m.reading[l->school < m.n ? l->school : m.n - 1]))
            continue;
        syllable_done(l, &s);
        const struct rule *tail;
        while (s.end < l->len && (tail = rules_longest(l->tail, l->text + s.end, l->len - s.end))) {
            struct meaning t = meaning_of(tail);
            s.end += tail->key_len;
            s.cost += t.cost;
            if (!append(&s, t.reading[l->school < t.n ? l->school : t.n - 1]))
                break;
            syllable_done(l, &s);
        }
    }
}

/* The templates "lead - mid" and "lead - mid -" for each mid that stands behind the onset, the empty one included. */
static void try_vowels(struct lattice *l, const struct syllable *onset)
{
    for (size_t n = 0; n <= KEY_VOWEL && n <= l->len - onset->end; n++) {
        uint32_t key[KEY_VOWEL + 3];
        size_t k = 0;
        if (onset->lead)
            key[k++] = onset->lead;
        key[k++] = '-';
        memcpy(key + k, l->text + onset->end, n * sizeof *key);
        k += n;
        key[k] = '-';
        for (int closed = 0; closed <= 1; closed++) {
            const struct rule *r = rules_get(l->vowel, key, k + (size_t)closed);
            if (!r)
                continue;
            struct meaning m = meaning_of(r);
            bool by_class = onset->class > 0;
            size_t first = by_class && (size_t)onset->class <= m.n ? (size_t)onset->class - 1 : 0;
            for (size_t i = first; i < m.n; i++) {
                struct syllable s = *onset;
                s.end += n;
                s.bare = !onset->lead && n == 0;
                s.cost += m.cost + (unsigned)(i - first) * COST_OTHER_READING;
                if (append(&s, m.reading[i])) {
                    if (closed)
                        try_finals(l, &s);
                    else
                        syllable_done(l, &s);
                }
                if (by_class)
                    break;
            }
        }
    }
}

/* An onset as it is, then with each medial that follows. */
static void try_medials(struct lattice *l, const struct syllable *onset)
{
    try_vowels(l, onset);
    for (size_t n = 1; n <= KEY_ONSET && n <= l->len - onset->end; n++) {
        const struct rule *r = rules_get(l->medial, l->text + onset->end, n);
        if (!r)
            continue;
        struct meaning m = meaning_of(r);
        struct syllable s = *onset;
        s.end += n;
        s.cost += m.cost;
        if (m.class)
            s.class = m.class;
        if (append(&s, m.reading[0]))
            try_medials(l, &s);
    }
}

static void try_onsets(struct lattice *l, size_t start, uint32_t lead)
{
    for (size_t n = 1; n <= KEY_ONSET && n <= l->len - start; n++) {
        const struct rule *r = rules_get(l->onset, l->text + start, n);
        if (!r)
            continue;
        struct meaning m = meaning_of(r);
        for (size_t i = 0; i < m.n; i++) {
            struct syllable s = {.cost = m.cost + (unsigned)i * COST_OTHER_READING, .class = m.class, .lead = lead, .end = start + n};
            if (append(&s, m.reading[i]))
                try_medials(l, &s);
        }
    }
}

static void try_stray(struct lattice *l)
{
    const struct rule *r = rules_get(l->onset, l->text + l->from, 1);
    edge_add(l, l->from + 1, r ? meaning_of(r).reading[0] : STR(""), COST_STRAY);
}

static void walk(struct lattice *l)
{
    l->at = arena_calloc(l->arena, l->len + 1, sizeof *l->at);
    l->n_at = arena_array(l->arena, size_t, l->len + 1);
    l->at[0][0] = (struct path){STR(""), 0};
    l->n_at[0] = 1;
    for (l->from = 0; l->from < l->len; l->from++) {
        if (l->n_at[l->from] == 0)
            continue;
        try_words(l);
        try_onsets(l, l->from, 0);
        if (l->len - l->from > 1)
            try_onsets(l, l->from + 1, l->text[l->from]);
        try_stray(l);
    }
}

/* Both schools' best come first: which of them a clerk followed is as open as anything can be. */
size_t abugida_romanise(const struct names *n, struct arena *a, const struct abugida *script, const uint32_t *text, size_t len,
                        str out[NAMES_LATIN_MAX])
{
    const struct rules_set *set = names_rules(n);
    struct lattice l = {
        .arena = a,
        .script = script,
        .word = rules_section(set, script->file, "word"),
        .onset = rules_section(set, script->file, "onset"),
        .medial = rules_section(set, script->file, "medial"),
        .vowel = rules_section(set, script->file, "vowel"),
        .final = rules_section(set, script->file, "final"),
        .tail = rules_section(set, script->file, "tail"),
        .text = text,
        .len = len,
    };
    struct lattice by_letter = l;
    by_letter.school = 1;
    walk(&l);
    walk(&by_letter);
    size_t found = 0;
    for (size_t i = 0; i < PATHS; i++) {
        if (i < l.n_at[len] && l.at[len][i].cost <= l.at[len][0].cost + COST_MARGIN)
            found = roman_add(out, found, l.at[len][i].latin);
        if (i < by_letter.n_at[len] && by_letter.at[len][i].cost <= by_letter.at[len][0].cost + COST_MARGIN)
            found = roman_add(out, found, by_letter.at[len][i].latin);
    }
    return found;
}
