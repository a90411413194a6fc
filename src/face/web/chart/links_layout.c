/* links_layout: see the header. Each connected part is laid out in its own grid: placed one by one beside its neighbours, then improved by
 * moving and swapping as long as that pays; then the parts are set on shelves. */
#include "face/web/chart/links_layout.h"

#include <string.h>

#define MARGIN 12
#define GRID 64          /* cells a side for one part: it starts in the middle */
#define WORK_MAX 6000000 /* looks at a link while improving, for the whole picture */
#define SWEEPS_MAX 6
#define TRIES 6          /* beginnings for a part of at most so many nodes: */
#define TRIES_NODES 16
#define CROSSING 90      /* what a crossing costs, in pixels of link */
#define THROUGH 400      /* what running through a node costs */
#define NEAR 36          /* nearer to the middle of a node is through it */
#define SHELF_WIDE 5     /* parts are set side by side up to about this many cells, or the widest part */

struct cell { int col, row; };

struct part {
    const struct links *graph;
    const size_t *first, *next_of; /* links of a node: chain of 2 * edge + end */
    struct cell *cell;             /* of every node of the graph */
    struct links_place *at;        /* the same in pixels */
    size_t *nodes;                 /* of this part */
    size_t n;
    struct line { size_t from, to; } *edges; /* of this part */
    size_t n_edges;
    size_t *holds;                 /* GRID * GRID: the node in a cell, or LINKS_NONE */
    long work;                     /* left */
};

static struct links_place place_of(struct cell c)
{
    return (struct links_place){c.col * LINKS_CELL_WIDTH + (c.row & 1) * LINKS_CELL_WIDTH / 2, c.row * LINKS_CELL_HEIGHT};
}

static int absolute(int v)
{
    return v < 0 ? -v : v;
}

/* About the length: at most 6 % too long. */
static int length(struct links_place p, struct links_place q)
{
    int dx = absolute(p.x - q.x), dy = absolute(p.y - q.y);
    return dx > dy ? dx + dy * 3 / 8 : dy + dx * 3 / 8;
}

/* Whether the line from p to q comes near to c. */
static bool runs_through(struct links_place p, struct links_place q, struct links_place c)
{
    int min_x = p.x < q.x ? p.x : q.x, max_x = p.x < q.x ? q.x : p.x;
    int min_y = p.y < q.y ? p.y : q.y, max_y = p.y < q.y ? q.y : p.y;
    if (c.x < min_x - NEAR || c.x > max_x + NEAR || c.y < min_y - NEAR || c.y > max_y + NEAR)
        return false;
    int64_t dx = q.x - p.x, dy = q.y - p.y, cross = dx * (c.y - p.y) - dy * (c.x - p.x);
    return cross * cross < (int64_t)NEAR * NEAR * (dx * dx + dy * dy);
}

static int side(struct links_place p, struct links_place q, struct links_place c)
{
    int64_t cross = (int64_t)(q.x - p.x) * (c.y - p.y) - (int64_t)(q.y - p.y) * (c.x - p.x);
    return (cross > 0) - (cross < 0);
}

static bool cross(struct links_place a, struct links_place b, struct links_place c, struct links_place d)
{
    if ((a.x < b.x ? b.x : a.x) < (c.x < d.x ? c.x : d.x) || (c.x < d.x ? d.x : c.x) < (a.x < b.x ? a.x : b.x))
        return false;
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

static size_t other_end(const struct part *p, size_t half)
{
    const struct link_edge *edge = &p->graph->edges[half / 2];
    return half & 1 ? edge->from : edge->to;
}

/* What a link costs beside its length: what it runs through and crosses. */
static long cost_of_line(const struct part *p, struct line line)
{
    struct links_place here = p->at[line.from], there = p->at[line.to];
    long cost = 0;
    for (size_t i = 0; i < p->n; i++)
        if (runs_through(here, there, p->at[p->nodes[i]]) && p->nodes[i] != line.from && p->nodes[i] != line.to)
            cost += THROUGH;
    for (size_t i = 0; i < p->n_edges; i++) {
        struct line other = p->edges[i];
        if (cross(here, there, p->at[other.from], p->at[other.to]) && other.from != line.from && other.from != line.to && other.to != line.from &&
            other.to != line.to)
            cost += CROSSING;
    }
    return cost;
}

/* What the links of node cost where it stands, and what runs through it. */
static long cost_of(struct part *p, size_t node)
{
    struct links_place here = p->at[node];
    long cost = 0;
    for (size_t half = p->first[node]; half != LINKS_NONE; half = p->next_of[half]) {
        size_t other = other_end(p, half);
        cost += length(here, p->at[other]) + cost_of_line(p, (struct line){node, other});
        p->work -= (long)(p->n + p->n_edges);
    }
    for (size_t i = 0; i < p->n_edges; i++) {
        struct line line = p->edges[i];
        if (runs_through(p->at[line.from], p->at[line.to], here) && line.from != node && line.to != node)
            cost += THROUGH;
    }
    p->work -= (long)p->n_edges;
    return cost;
}

static size_t *slot(struct part *p, struct cell c)
{
    return &p->holds[(size_t)c.row * GRID + (size_t)c.col];
}

static void put(struct part *p, size_t node, struct cell c)
{
    p->cell[node] = c;
    p->at[node] = place_of(c);
    *slot(p, c) = node;
}

/* The free cell where the links to what stands already are shortest; between equals the one nearest to the middle, then the first. */
static struct cell free_cell(struct part *p, size_t node, struct cell from, struct cell to)
{
    struct cell best = {-1, -1};
    long best_cost = 0;
    struct links_place middle = place_of((struct cell){GRID / 2, GRID / 2});
    for (int row = from.row; row <= to.row; row++)
        for (int col = from.col; col <= to.col; col++) {
            struct cell c = {col, row};
            if (*slot(p, c) != LINKS_NONE)
                continue;
            struct links_place here = place_of(c);
            long cost = length(here, middle) / 4;
            for (size_t half = p->first[node]; half != LINKS_NONE; half = p->next_of[half])
                if (p->cell[other_end(p, half)].col >= 0)
                    cost += length(here, p->at[other_end(p, half)]);
            if (best.col < 0 || cost < best_cost) {
                best = c;
                best_cost = cost;
            }
        }
    return best;
}

static void widen(struct cell *from, struct cell *to, struct cell c)
{
    if (c.col <= from->col && c.col > 1) from->col = c.col - 1;
    if (c.row <= from->row && c.row > 1) from->row = c.row - 1;
    if (c.col >= to->col && c.col < GRID - 2) to->col = c.col + 1;
    if (c.row >= to->row && c.row < GRID - 2) to->row = c.row + 1;
}

/* nodes come in the order in which a walk from the most linked one reaches them; but the one of number first is placed first. */
static void place_part(struct part *p, size_t first)
{
    struct cell from = {GRID / 2, GRID / 2}, to = from;
    for (size_t i = 0; i < p->n; i++) {
        size_t node = p->nodes[i == 0 ? first : i <= first ? i - 1 : i];
        struct cell c = free_cell(p, node, from, to);
        put(p, node, c);
        widen(&from, &to, c);
    }
}

static void take_up(struct part *p)
{
    for (size_t i = 0; i < p->n; i++) {
        *slot(p, p->cell[p->nodes[i]]) = LINKS_NONE;
        p->cell[p->nodes[i]] = (struct cell){-1, -1};
    }
}

/* Moves node to c; who stood there takes its place. Calling it again takes it back. */
static void exchange(struct part *p, size_t node, struct cell c)
{
    struct cell old = p->cell[node];
    size_t there = *slot(p, c);
    put(p, node, c);
    *slot(p, old) = LINKS_NONE;
    if (there != LINKS_NONE)
        put(p, there, old);
}

static bool try_cell(struct part *p, size_t node, struct cell c)
{
    struct cell old = p->cell[node];
    size_t there = *slot(p, c);
    long before = cost_of(p, node) + (there != LINKS_NONE ? cost_of(p, there) : 0);
    exchange(p, node, c);
    long after = cost_of(p, node) + (there != LINKS_NONE ? cost_of(p, there) : 0);
    if (after < before)
        return true;
    exchange(p, node, old);
    return false;
}

/* Tries the cells around where the node stands and around the middle of its neighbours. */
static bool improve_node(struct part *p, size_t node)
{
    long x = 0, y = 0, n = 0;
    for (size_t half = p->first[node]; half != LINKS_NONE; half = p->next_of[half], n++) {
        x += p->cell[other_end(p, half)].col;
        y += p->cell[other_end(p, half)].row;
    }
    const struct cell centres[] = {p->cell[node], {n ? (int)(x / n) : 0, n ? (int)(y / n) : 0}};
    bool better = false;
    for (size_t i = 0; i < (n ? 2 : 0); i++)
        for (int row = centres[i].row - 2; row <= centres[i].row + 2; row++)
            for (int col = centres[i].col - 2; col <= centres[i].col + 2; col++) {
                bool inside = row >= 1 && row < GRID - 1 && col >= 1 && col < GRID - 1;
                bool same = row == p->cell[node].row && col == p->cell[node].col;
                if (inside && !same && p->work > 0 && try_cell(p, node, (struct cell){col, row}))
                    better = true;
            }
    return better;
}

static void improve(struct part *p)
{
    bool better = p->n > 2;
    for (int sweep = 0; better && sweep < SWEEPS_MAX && p->work > 0; sweep++) {
        better = false;
        for (size_t i = 0; i < p->n; i++)
            better = improve_node(p, p->nodes[i]) || better;
    }
}

/* A small part is laid out from several beginnings, and the tidiest is kept: what a move at a time does not reach, another beginning does. */
static void lay_out(struct part *p, struct cell *kept)
{
    size_t tries = p->n > 2 && p->n <= TRIES_NODES ? (p->n < TRIES ? p->n : TRIES) : 1;
    long least = 0;
    for (size_t i = 0; i < tries; i++) {
        long cost = 0;
        place_part(p, i);
        improve(p);
        for (size_t k = 0; k < p->n && tries > 1; k++)
            cost += cost_of(p, p->nodes[k]);
        for (size_t k = 0; k < p->n && (i == 0 || cost < least); k++)
            kept[k] = p->cell[p->nodes[k]];
        least = i == 0 || cost < least ? cost : least;
        take_up(p);
    }
    for (size_t k = 0; k < p->n; k++)
        put(p, p->nodes[k], kept[k]);
}

/* Finds all that hangs together with start, breadth first. */
static void collect(struct part *p, size_t start, bool *seen)
{
    p->n = 0;
    p->nodes[p->n++] = start;
    seen[start] = true;
    for (size_t i = 0; i < p->n; i++)
        for (size_t half = p->first[p->nodes[i]]; half != LINKS_NONE; half = p->next_of[half]) {
            size_t other = other_end(p, half);
            if (!seen[other]) {
                seen[other] = true;
                p->nodes[p->n++] = other;
            }
        }
    p->n_edges = 0;
    for (size_t i = 0; i < p->graph->n_edges; i++)
        for (size_t j = 0; j < p->n; j++)
            if (p->graph->edges[i].from == p->nodes[j]) {
                p->edges[p->n_edges++] = (struct line){p->graph->edges[i].from, p->graph->edges[i].to};
                break;
            }
}

struct shelf { int col, row, height, width; }; /* where the next part goes, in cells */

/* Moves a finished part by rows. By an odd number of them the half steps change rows: what stood in an odd one goes on by a cell. */
static void move_rows(struct part *p, int rows)
{
    for (size_t i = 0; i < p->n; i++) {
        struct cell *c = &p->cell[p->nodes[i]];
        c->col += (rows & 1) && (c->row & 1);
        c->row += rows;
    }
}

static void bounds(const struct part *p, struct cell *from, struct cell *to)
{
    *from = *to = p->cell[p->nodes[0]];
    for (size_t i = 1; i < p->n; i++) {
        struct cell c = p->cell[p->nodes[i]];
        *from = (struct cell){c.col < from->col ? c.col : from->col, c.row < from->row ? c.row : from->row};
        *to = (struct cell){c.col > to->col ? c.col : to->col, c.row > to->row ? c.row : to->row};
    }
}

/* Moves a finished part to its place on the shelves. */
static void set_on_shelf(struct part *p, struct shelf *s)
{
    struct cell from, to;
    for (size_t i = 0; i < p->n; i++)
        *slot(p, p->cell[p->nodes[i]]) = LINKS_NONE;
    bounds(p, &from, &to);
    if (s->col > 0 && s->col + to.col - from.col + 1 > s->width) {
        s->row += s->height;
        s->col = s->height = 0;
    }
    move_rows(p, s->row - from.row);
    bounds(p, &from, &to);
    for (size_t i = 0; i < p->n; i++)
        p->cell[p->nodes[i]].col += s->col - from.col;
    s->col += to.col - from.col + 1;
    s->height = to.row - from.row + 1 > s->height ? to.row - from.row + 1 : s->height;
    s->width = s->col > s->width ? s->col : s->width;
}

/* The node with the most links among those not seen; the first of equals. */
static size_t most_linked(const struct links *graph, const bool *seen)
{
    size_t best = LINKS_NONE;
    for (size_t i = 0; i < graph->n_nodes; i++)
        if (!seen[i] && (best == LINKS_NONE || graph->nodes[i].n_links > graph->nodes[best].n_links))
            best = i;
    return best;
}

static struct part new_part(struct arena *a, const struct links *graph)
{
    size_t *first = arena_array(a, size_t, graph->n_nodes), *next_of = arena_array(a, size_t, 2 * graph->n_edges);
    struct part p = {.graph = graph, .first = first, .next_of = next_of, .cell = arena_array(a, struct cell, graph->n_nodes),
                     .at = arena_array(a, struct links_place, graph->n_nodes),
                     .nodes = arena_array(a, size_t, graph->n_nodes), .edges = arena_array(a, struct line, graph->n_edges),
                     .holds = arena_array(a, size_t, GRID * GRID), .work = WORK_MAX};
    for (size_t i = 0; i < graph->n_nodes; i++) {
        first[i] = LINKS_NONE;
        p.cell[i] = (struct cell){-1, -1};
    }
    for (size_t i = 2 * graph->n_edges; i-- > 0;) { /* backwards, so that chains are in the order of the links */
        const struct link_edge *edge = &graph->edges[i / 2];
        size_t node = i & 1 ? edge->to : edge->from;
        next_of[i] = first[node];
        first[node] = i;
    }
    for (size_t i = 0; i < GRID * GRID; i++)
        p.holds[i] = LINKS_NONE;
    return p;
}

/* Reading order by insertion: there are few. */
static void put_in_order(struct links_layout *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0; at--) {
            struct links_place before = l->nodes[l->order[at - 1]], here = l->nodes[i];
            if (before.y < here.y || (before.y == here.y && before.x <= here.x))
                break;
            l->order[at] = l->order[at - 1];
        }
        l->order[at] = i;
    }
}

struct links_layout links_layout(struct arena *a, const struct links *graph)
{
    struct links_layout l = {.nodes = arena_array(a, struct links_place, graph->n_nodes), .order = arena_array(a, size_t, graph->n_nodes)};
    struct part p = new_part(a, graph);
    bool *seen = arena_array(a, bool, graph->n_nodes);
    struct cell *kept = arena_array(a, struct cell, graph->n_nodes);
    struct shelf shelf = {.width = SHELF_WIDE};
    for (size_t start; (start = most_linked(graph, seen)) != LINKS_NONE;) {
        collect(&p, start, seen);
        lay_out(&p, kept);
        set_on_shelf(&p, &shelf);
    }
    for (size_t i = 0; i < graph->n_nodes; i++) {
        struct links_place at = place_of(p.cell[i]);
        at.x += MARGIN + LINKS_CELL_WIDTH / 2;
        at.y += MARGIN + LINKS_SHAPE / 2;
        l.nodes[i] = at;
        int right = at.x + LINKS_CELL_WIDTH / 2 + MARGIN, bottom = at.y + LINKS_SHAPE / 2 + LINKS_LABEL_HEIGHT + MARGIN;
        l.width = right > l.width ? right : l.width;
        l.height = bottom > l.height ? bottom : l.height;
    }
    put_in_order(&l, graph->n_nodes);
    return l;
}
