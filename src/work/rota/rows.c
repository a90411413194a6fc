#include "work/rota/rows.h"

#include <string.h>

#include "work/rota/automaton.h"
#include "work/rota/random.h"

enum { NODES_MAX = 1 << 20, ARCS_MAX = 3 << 20 };

/* --- the graph while it is made: days from first to last, nodes of a day one behind the other --- */

struct arc {
    uint32_t to; /* node */
    uint8_t class;
    int64_t cost;
};

struct graph {
    uint32_t n_nodes, n_arcs;
    uint32_t layer[ROTA_DAYS_MAX + 2]; /* the first node of each day, the end (one node), and behind it */
    uint32_t *begin;                   /* [node]: its first arc; and behind the last */
    struct arc *arcs;
    size_t room_nodes, room_arcs;
};

struct making {
    struct arena *arena;
    const struct plan *plan;
    int officer, n_days, n_duties;
    struct graph now, next;
    uint64_t *key;                  /* [node of next]: node of now and state */
    uint32_t *same;                 /* [node of next]: the one it becomes; UINT32_MAX: none */
    size_t room_key, room_same;
    uint32_t *hash, mask;           /* of one layer: node + 1 */
    size_t room_hash;
    uint8_t *class_of;
    int n_classes[ROTA_DAYS_MAX];
    int first_of[ROTA_DAYS_MAX][ROTA_DUTIES_MAX]; /* a duty of the class */
};

/* Room for at least n in a list. */
#define ROOM(m, list, n, room) \
    do { \
        while ((room) < (size_t)(n)) { \
            const size_t was_ = (room); \
            (room) = was_ ? 2 * was_ : 1024; \
            (list) = arena_grow((m)->arena, (list), was_ * sizeof *(list), (room) * sizeof *(list)); \
        } \
    } while (0)

/* An empty table for about n nodes of a layer. */
static void empty_table(struct making *m, size_t n)
{
    for (m->mask = 63; m->mask < 2 * n; m->mask = 2 * m->mask + 1)
        ;
    ROOM(m, m->hash, (size_t)m->mask + 1, m->room_hash);
    memset(m->hash, 0, ((size_t)m->mask + 1) * sizeof *m->hash);
}

static uint64_t stir(uint64_t x)
{
    x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15;
    return x ^ (x >> 29);
}

/* Rules that can cost nothing are left out. */
static bool matters(const struct rota_rule *r)
{
    return r->over || (r->under && r->min);
}

/* Short memories first, so that the graph stays small while long ones are added. */
static int place(const struct rota_rule *r)
{
    static const uint8_t places[ROTA_KINDS] = {
        [ROTA_RUN] = 0, [ROTA_PATTERN] = 1, [ROTA_ROW] = 2, [ROTA_WEEKEND_WHOLE] = 3, [ROTA_WEEKEND_SAME] = 4, [ROTA_WEEKEND_RUN] = 5,
        [ROTA_SUM] = 6, [ROTA_WEEKENDS] = 7, [ROTA_COUNT] = 8};
    return 2 * places[r->kind] + !r->hard;
}

static int rules_of(struct making *m, struct automaton *out)
{
    const struct rota_officer *officer = &m->plan->rota->officers[m->officer];
    int n = 0;
    for (int at = 0; at < 2 * ROTA_KINDS; at++)
        for (int i = 0; i < officer->n_rules; i++)
            if (matters(officer->rules[i]) && place(officer->rules[i]) == at)
                out[n++] = automaton_of(m->plan->rota, officer->rules[i]);
    return n;
}

/* Duties that no rule tells apart are one class of the day. What is forbidden, or asked for as a law not to be, is none. */
static void classify(struct making *m, const struct automaton *rules, int n_rules)
{
    const struct plan *p = m->plan;
    for (int d = 0; d < m->n_days; d++)
        for (int j = 0; j < m->n_duties; j++) {
            const size_t cell = (size_t)(m->officer * m->n_days + d);
            uint8_t *class = &m->class_of[d * m->n_duties + j];
            *class = ROWS_NONE;
            if (!(p->rota->allowed[cell] >> j & 1) || p->wish[cell * (size_t)m->n_duties + (size_t)j] >> PLAN_SHIFT)
                continue;
            for (int c = 0; c < m->n_classes[d] && *class == ROWS_NONE; c++) {
                int i = 0;
                while (i < n_rules && automaton_letter(&rules[i], d, j) == automaton_letter(&rules[i], d, m->first_of[d][c]))
                    i++;
                if (i == n_rules)
                    *class = (uint8_t)c;
            }
            if (*class == ROWS_NONE) {
                *class = (uint8_t)m->n_classes[d]++;
                m->first_of[d][*class] = j;
            }
        }
}

/* Everything that is possible: a node a day. */
static void begin_graph(struct making *m)
{
    struct graph *g = &m->now;
    ROOM(m, g->begin, ROTA_DAYS_MAX + 2, g->room_nodes);
    ROOM(m, g->arcs, ROTA_DAYS_MAX * ROTA_DUTIES_MAX, g->room_arcs);
    for (int d = 0; d < m->n_days; d++) {
        g->layer[d] = g->n_nodes;
        g->begin[g->n_nodes++] = g->n_arcs;
        for (int c = 0; c < m->n_classes[d]; c++)
            g->arcs[g->n_arcs++] = (struct arc){g->n_nodes, (uint8_t)c, 0};
    }
    g->layer[m->n_days] = g->n_nodes++;
    g->layer[m->n_days + 1] = g->n_nodes;
    g->begin[m->n_days] = g->begin[g->n_nodes] = g->n_arcs;
}

static uint32_t *slot_of(const struct making *m, uint64_t key)
{
    uint32_t slot = (uint32_t)stir(key) & m->mask;
    while (m->hash[slot] && m->key[m->hash[slot] - 1] != key)
        slot = (slot + 1) & m->mask;
    return &m->hash[slot];
}

/* The node of the next layer, which begins at `layer`, for a node and a state: found or new. */
static uint32_t node_for(struct making *m, uint32_t layer, uint32_t node, int state)
{
    const uint64_t key = (uint64_t)node << 32 | (uint32_t)state;
    uint32_t *slot = slot_of(m, key);
    if (*slot)
        return *slot - 1;
    const uint32_t new = m->next.n_nodes++;
    ROOM(m, m->key, new + 1, m->room_key);
    m->key[new] = key;
    *slot = new + 1;
    if (2 * (new - layer) > m->mask) {
        empty_table(m, 2 * (new - layer));
        for (uint32_t i = layer; i <= new; i++)
            *slot_of(m, m->key[i]) = i + 1;
    }
    return new;
}

/* All arcs of one node of the next graph. */
static bool cross_node(struct making *m, const struct automaton *rule, uint32_t node, int day)
{
    const struct rota_rule *r = rule->rule;
    const uint32_t from = (uint32_t)(m->key[node] >> 32);
    const int state = (int)(uint32_t)m->key[node];
    const bool last = day == m->n_days - 1;
    ROOM(m, m->next.begin, node + 1, m->next.room_nodes);
    m->next.begin[node] = m->next.n_arcs;
    for (uint32_t i = m->now.begin[from]; i < m->now.begin[from + 1]; i++) {
        const struct arc *arc = &m->now.arcs[i];
        struct automaton_step step = automaton_step(rule, state, day, automaton_letter(rule, day, m->first_of[day][arc->class]));
        if (last)
            step = (struct automaton_step){0, step.cost + automaton_end(rule, step.state)};
        if (r->hard && step.cost)
            continue;
        const uint32_t to = node_for(m, m->next.layer[day + 1], arc->to, step.state);
        if (to >= NODES_MAX || m->next.n_arcs == ARCS_MAX)
            return false;
        ROOM(m, m->next.arcs, m->next.n_arcs + 1, m->next.room_arcs);
        m->next.arcs[m->next.n_arcs++] = (struct arc){to, arc->class, arc->cost + step.cost * ROWS_ONE};
    }
    return true;
}

/* next = now crossed with a rule. */
static bool cross(struct making *m, const struct automaton *rule)
{
    struct graph *g = &m->next;
    g->n_nodes = g->n_arcs = 0;
    g->layer[0] = 0;
    empty_table(m, 1);
    node_for(m, 0, m->now.layer[0], 0);
    for (int d = 0; d < m->n_days; d++) {
        g->layer[d + 1] = g->n_nodes;
        empty_table(m, g->n_nodes - g->layer[d]);
        for (uint32_t node = g->layer[d]; node < g->layer[d + 1]; node++)
            if (!cross_node(m, rule, node, d))
                return false;
    }
    g->layer[m->n_days + 1] = g->n_nodes;
    ROOM(m, g->begin, g->n_nodes + 1, g->room_nodes);
    for (uint32_t node = g->layer[m->n_days]; node <= g->n_nodes; node++)
        g->begin[node] = g->n_arcs;
    return g->n_nodes > g->layer[m->n_days];
}

static bool same_arcs(const struct graph *g, uint32_t one, const struct arc *arcs, uint32_t n)
{
    if (g->begin[one + 1] - g->begin[one] != n)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        const struct arc *arc = &g->arcs[g->begin[one] + i];
        if (arc->to != arcs[i].to || arc->class != arcs[i].class || arc->cost != arcs[i].cost)
            return false;
    }
    return true;
}

/* The node of the folded graph that has just these arcs, which stand behind the others. */
static uint32_t folded(struct making *m, struct graph *g, uint32_t n)
{
    const struct arc *arcs = &g->arcs[g->n_arcs];
    uint64_t x = n;
    for (uint32_t i = 0; i < n; i++)
        x = stir(x ^ ((uint64_t)arcs[i].to << 8 | arcs[i].class)) + (uint64_t)arcs[i].cost;
    uint32_t slot = (uint32_t)stir(x) & m->mask;
    for (; m->hash[slot]; slot = (slot + 1) & m->mask)
        if (same_arcs(g, m->hash[slot] - 1, arcs, n))
            return m->hash[slot] - 1;
    g->begin[g->n_nodes] = g->n_arcs;
    g->n_arcs += n;
    m->hash[slot] = ++g->n_nodes;
    g->begin[g->n_nodes] = g->n_arcs;
    return g->n_nodes - 1;
}

/* now = next without what leads nowhere, and with nodes joined that are the same to the end. The end is node 0, then come the days from the last to the
 * first; layer says where each begins. */
static bool fold(struct making *m)
{
    const struct graph *from = &m->next;
    struct graph *to = &m->now;
    ROOM(m, to->begin, from->n_nodes + 2, to->room_nodes);
    ROOM(m, to->arcs, from->n_arcs + ROTA_DUTIES_MAX, to->room_arcs);
    ROOM(m, m->same, from->n_nodes, m->room_same);
    to->n_nodes = 1;
    to->n_arcs = 0;
    to->begin[0] = to->begin[1] = 0;
    to->layer[m->n_days] = 0;
    m->same[from->layer[m->n_days]] = 0;
    for (int d = m->n_days - 1; d >= 0; d--) {
        to->layer[d] = to->n_nodes;
        empty_table(m, from->layer[d + 1] - from->layer[d]);
        for (uint32_t node = from->layer[d]; node < from->layer[d + 1]; node++) {
            uint32_t n = 0;
            for (uint32_t i = from->begin[node]; i < from->begin[node + 1]; i++) {
                struct arc arc = from->arcs[i];
                arc.to = m->same[arc.to];
                if (arc.to != UINT32_MAX)
                    to->arcs[to->n_arcs + n++] = arc;
            }
            m->same[node] = n ? folded(m, to, n) : UINT32_MAX;
        }
    }
    return m->same[from->layer[0]] != UINT32_MAX;
}

/* --- what is kept --- */

static int letter_of(struct rows *r, int day, const struct arc *arc)
{
    struct rows_letter *letters = r->letters[day];
    int n = 0;
    while (n < r->n_letters[day] && (letters[n].class != arc->class || letters[n].cost != arc->cost))
        n++;
    if (n == r->n_letters[day] && n < ROWS_LETTERS_MAX)
        letters[r->n_letters[day]++] = (struct rows_letter){arc->class, arc->cost};
    return n;
}

static struct rows *keep(struct arena *a, const struct making *m)
{
    const struct graph *g = &m->now;
    struct rows *r = arena_new_of(a, struct rows);
    *r = (struct rows){.n_days = m->n_days, .n_duties = m->n_duties, .n_nodes = (int)g->n_nodes};
    r->class_of = arena_alloc(a, (size_t)(m->n_days * m->n_duties));
    memcpy(r->class_of, m->class_of, (size_t)(m->n_days * m->n_duties));
    r->begin = arena_array(a, uint32_t, g->n_nodes + 1);
    r->arcs = arena_array(a, uint32_t, g->n_arcs);
    memcpy(r->begin, g->begin, (g->n_nodes + 1) * sizeof *r->begin);
    r->layer[m->n_days] = 0;
    for (int d = m->n_days - 1; d >= 0; d--) {
        r->layer[d] = (int)g->layer[d];
        r->n_classes[d] = m->n_classes[d];
        r->letters[d] = arena_array(a, struct rows_letter, ROWS_LETTERS_MAX);
        const uint32_t end = d ? g->layer[d - 1] : g->n_nodes;
        for (uint32_t i = g->begin[g->layer[d]]; i < g->begin[end]; i++) {
            const int letter = letter_of(r, d, &g->arcs[i]);
            if (letter == ROWS_LETTERS_MAX)
                return NULL;
            r->arcs[i] = (uint32_t)letter | g->arcs[i].to << 8;
        }
    }
    return r;
}

struct rows *rows_new(struct arena *a, const struct plan *p, int officer)
{
    struct arena *own = arena_new();
    struct making *m = arena_new_of(own, struct making);
    *m = (struct making){.arena = own, .plan = p, .officer = officer, .n_days = p->n_days, .n_duties = p->n_duties};
    struct automaton *rules = arena_array(own, struct automaton, (size_t)p->rota->officers[officer].n_rules + 1);
    struct rows *out = NULL;
    m->class_of = arena_alloc(own, (size_t)(p->n_days * p->n_duties));
    const int n = rules_of(m, rules);
    classify(m, rules, n);
    begin_graph(m);
    const struct automaton none = automaton_of(p->rota, &(const struct rota_rule){.kind = ROTA_COUNT});
    bool ok = true;
    for (int i = 0; i < n || i == 0; i++) /* with no rule once all the same, for the order of the nodes */
        if (!(ok = cross(m, n ? &rules[i] : &none) && fold(m)))
            break;
    if (ok)
        out = keep(a, m);
    arena_free(own);
    return out;
}

/* --- what is read for each price --- */

/* The prices of the letters of a day; returns them. */
static void price_letters(const struct rows *r, int day, const int64_t *price, int64_t *letter)
{
    int64_t class[ROTA_DUTIES_MAX];
    for (int c = 0; c < r->n_classes[day]; c++)
        class[c] = ROWS_NEVER;
    for (int j = 0; j < r->n_duties; j++) {
        const int c = r->class_of[day * r->n_duties + j];
        if (c != ROWS_NONE && price[day * r->n_duties + j] < class[c])
            class[c] = price[day * r->n_duties + j];
    }
    for (int l = 0; l < r->n_letters[day]; l++)
        letter[l] = class[r->letters[day][l].class] + r->letters[day][l].cost;
}

PLAN_FAST int64_t rows_price(const struct rows *r, const int64_t *price, int64_t *rest)
{
    int64_t letter[ROWS_LETTERS_MAX];
    rest[0] = 0;
    for (int d = r->n_days - 1; d >= 0; d--) {
        price_letters(r, d, price, letter);
        const int end = d ? r->layer[d - 1] : r->n_nodes;
        for (int node = r->layer[d]; node < end; node++) {
            int64_t best = ROWS_NEVER;
            for (uint32_t i = r->begin[node]; i < r->begin[node + 1]; i++) {
                const int64_t cost = letter[r->arcs[i] & 255] + rest[r->arcs[i] >> 8];
                best = cost < best ? cost : best;
            }
            rest[node] = best;
        }
    }
    return rest[r->n_nodes - 1];
}

void rows_best(const struct rows *r, const int64_t *price, const int64_t *rest, struct rota_random *random, uint8_t *row)
{
    int64_t letter[ROWS_LETTERS_MAX];
    uint32_t node = (uint32_t)r->n_nodes - 1;
    for (int d = 0; d < r->n_days; d++) {
        price_letters(r, d, price, letter);
        uint32_t chosen = 0;
        int n = 0;
        for (uint32_t i = r->begin[node]; i < r->begin[node + 1]; i++)
            if (letter[r->arcs[i] & 255] + rest[r->arcs[i] >> 8] == rest[node] && (n++ == 0 || (random && rota_below(random, n) == 0)))
                chosen = r->arcs[i];
        const struct rows_letter *of = &r->letters[d][chosen & 255];
        n = 0;
        for (int j = 0; j < r->n_duties; j++)
            if (r->class_of[d * r->n_duties + j] == of->class && price[d * r->n_duties + j] + of->cost == letter[chosen & 255] &&
                (n++ == 0 || (random && rota_below(random, n) == 0)))
                row[d] = (uint8_t)j;
        node = chosen >> 8;
    }
}

/* Depth first, by day; path[d] is the row so far. */
struct within {
    const struct rows *r;
    const int64_t *price, *rest;
    int max, n;
    uint8_t path[ROTA_DAYS_MAX], *out;
};

static void go_on(struct within *w, int day, uint32_t node, int64_t slack)
{
    const struct rows *r = w->r;
    if (day == r->n_days) {
        if (w->n < w->max)
            memcpy(w->out + (size_t)w->n * (size_t)r->n_days, w->path, (size_t)r->n_days);
        w->n++;
        return;
    }
    for (uint32_t i = r->begin[node]; i < r->begin[node + 1]; i++) {
        const struct rows_letter *of = &r->letters[day][r->arcs[i] & 255];
        for (int j = 0; j < r->n_duties && w->n <= w->max; j++) {
            if (r->class_of[day * r->n_duties + j] != of->class)
                continue;
            const int64_t left = slack - (w->price[day * r->n_duties + j] + of->cost + w->rest[r->arcs[i] >> 8] - w->rest[node]);
            w->path[day] = (uint8_t)j;
            if (left >= 0)
                go_on(w, day + 1, r->arcs[i] >> 8, left);
        }
    }
}

int rows_within(const struct rows *r, const int64_t *price, const int64_t *rest, int64_t most, int max, uint8_t *row)
{
    struct within w = {.r = r, .price = price, .rest = rest, .max = max, .out = row};
    const uint32_t start = (uint32_t)r->n_nodes - 1;
    if (most >= rest[start])
        go_on(&w, 0, start, most - rest[start]);
    return w.n;
}
