/* chart_links: a graph, laid out, as its template wants it. */
#include "face/web/chart/chart.h"
#include "face/web/chart/links_layout.h"

#define NODE_FONT 14
#define EDGE_FONT 12
#define EDGE_HEIGHT 18

struct box { int left, top, right, bottom; };

static bool overlap(struct box a, struct box b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/* The shape, and the words below it. */
static bool covers(const struct chart_node *n, struct box box)
{
    struct box shape = {n->x - LINKS_SHAPE / 2, n->y - LINKS_SHAPE / 2, n->x + LINKS_SHAPE / 2, n->y + LINKS_SHAPE / 2};
    struct box label = {n->x - n->label.width / 2, shape.bottom, n->x + n->label.width / 2, shape.bottom + LINKS_LABEL_HEIGHT};
    return overlap(box, shape) || (n->label.width > 0 && overlap(box, label));
}

/* Puts an edge's words where they cover no node and no other words, at one of a few places along it; else they stand in the table alone. */
static void set_words(const struct chart_links_view *v, struct chart_edge *edge, struct box *taken, size_t *n_taken)
{
    static const int places[] = {50, 40, 60, 33, 67, 25, 75};
    int half = chart_text_width(edge->label, EDGE_FONT) / 2 + 3;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && !edge->worded; i++) {
        int x = edge->from.x + (edge->to.x - edge->from.x) * places[i] / 100, y = edge->from.y + (edge->to.y - edge->from.y) * places[i] / 100;
        struct box box = {x - half, y - EDGE_HEIGHT / 2, x + half, y + EDGE_HEIGHT / 2};
        bool room = box.left >= 0 && box.right <= v->width;
        for (size_t k = 0; room && k < v->n_nodes; k++)
            room = !covers(&v->nodes[k], box);
        for (size_t k = 0; room && k < *n_taken; k++)
            room = !overlap(box, taken[k]);
        if (!room)
            continue;
        edge->worded = true;
        edge->middle = (struct chart_point){x, y};
        taken[(*n_taken)++] = box;
    }
}

static void set_node(struct arena *a, struct chart_node *n, const struct link_node *node, struct links_place at, size_t number)
{
    n->kind = &chart_link_kinds[node->kind];
    n->x = at.x;
    n->y = at.y;
    n->name = node->label;
    n->label = chart_label(a, node->label, LINKS_LABEL_WIDTH, NODE_FONT, CHART_LABEL_LINES);
    n->row = str_printf(a, "node-%zu", number + 1);
    n->has_page = node->path.len > 0;
    n->href = n->has_page ? node->path : str_printf(a, "#%.*s", STR_ARG(n->row));
    n->links = node->n_links;
    n->shared_by = node->shared_by;
    n->elsewhere = node->elsewhere;
}

struct chart_links_view chart_links_view(struct arena *a, const struct catalogue *words, const struct links *graph)
{
    struct links_layout at = links_layout(a, graph);
    struct chart_links_view v = {.width = at.width, .height = at.height, .n_nodes = graph->n_nodes, .n_edges = graph->n_edges,
                                 .nodes = arena_array(a, struct chart_node, graph->n_nodes),
                                 .edges = arena_array(a, struct chart_edge, graph->n_edges), .left_out = graph->left_out};
    bool there[LINK_KINDS] = {false};
    for (size_t i = 0; i < v.n_nodes; i++) {
        const struct link_node *node = &graph->nodes[at.order[i]];
        set_node(a, &v.nodes[i], node, at.nodes[at.order[i]], i);
        there[node->kind] = true;
    }
    for (size_t k = 0; k < LINK_KINDS; k++)
        if (there[k])
            v.kinds[v.n_kinds++] = &chart_link_kinds[k];
    struct box *taken = arena_array(a, struct box, v.n_edges);
    size_t n_taken = 0;
    for (size_t i = 0; i < v.n_edges; i++) {
        const struct link_edge *edge = &graph->edges[i];
        struct links_place from = at.nodes[edge->from], to = at.nodes[edge->to];
        v.edges[i] = (struct chart_edge){.from = {from.x, from.y}, .to = {to.x, to.y}, .from_name = graph->nodes[edge->from].label,
                                         .to_name = graph->nodes[edge->to].label, .label = catalogue_find(words, edge->label),
                                         .sources = edge->sources};
        set_words(&v, &v.edges[i], taken, &n_taken);
    }
    return v;
}
