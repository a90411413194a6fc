/* links: see the header. A file knows a few hundred things at most, so look-up is by going through them. */
#include "work/cases/links.h"

struct links *links_new(struct arena *a)
{
    struct links *l = arena_new_of(a, struct links);
    l->arena = a;
    l->nodes = arena_array(a, struct link_node, 0);
    l->edges = arena_array(a, struct link_edge, 0);
    return l;
}

static void *grown(struct arena *a, void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return list;
    size_t more = *cap ? 2 * *cap : 16;
    list = arena_grow(a, list, *cap * size, more * size);
    *cap = more;
    return list;
}

size_t links_node(struct links *l, enum link_kind kind, str key, str label, str path)
{
    if (key.len == 0)
        return LINKS_NONE;
    for (size_t i = 0; i < l->n_nodes; i++) {
        struct link_node *node = &l->nodes[i];
        if (node->kind != kind || !str_eq(node->key, key))
            continue;
        if (node->path.len == 0)
            node->path = path;
        return i;
    }
    if (l->n_nodes == LINKS_NODES_MAX) {
        l->left_out++;
        return LINKS_NONE;
    }
    l->nodes = grown(l->arena, l->nodes, l->n_nodes, &l->cap_nodes, sizeof *l->nodes);
    l->nodes[l->n_nodes] = (struct link_node){.kind = kind, .key = key, .label = label.len ? label : key, .path = path};
    return l->n_nodes++;
}

static void add_source(struct links *l, struct link_edge *edge, str path, str name)
{
    struct link_source **last = &edge->sources;
    for (; *last; last = &(*last)->next)
        if (str_eq((*last)->path, path) && str_eq((*last)->name, name))
            return;
    struct link_source *source = arena_new_of(l->arena, struct link_source);
    *source = (struct link_source){path, name, NULL};
    *last = source;
    edge->n_sources++;
}

void links_edge(struct links *l, size_t from, size_t to, const char *label, str source_path, str source_name)
{
    if (from == LINKS_NONE || to == LINKS_NONE || from == to)
        return;
    for (size_t i = 0; i < l->n_edges; i++) {
        struct link_edge *edge = &l->edges[i];
        if (edge->from == from && edge->to == to && str_eq(str_from(edge->label), str_from(label))) {
            add_source(l, edge, source_path, source_name);
            return;
        }
    }
    if (l->n_edges == LINKS_EDGES_MAX) {
        l->left_out++;
        return;
    }
    l->edges = grown(l->arena, l->edges, l->n_edges, &l->cap_edges, sizeof *l->edges);
    l->edges[l->n_edges] = (struct link_edge){.from = from, .to = to, .label = label};
    add_source(l, &l->edges[l->n_edges++], source_path, source_name);
}

/* How many persons are linked to the node. */
static size_t persons_of(const struct links *l, size_t node, bool *seen)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_nodes; i++)
        seen[i] = false;
    for (size_t i = 0; i < l->n_edges; i++) {
        const struct link_edge *edge = &l->edges[i];
        size_t other = edge->from == node ? edge->to : edge->to == node ? edge->from : LINKS_NONE;
        if (other != LINKS_NONE && !seen[other] && l->nodes[other].kind == LINK_PERSON) {
            seen[other] = true;
            n++;
        }
    }
    return n;
}

void links_close(struct links *l)
{
    bool *seen = arena_array(l->arena, bool, l->n_nodes);
    for (size_t i = 0; i < l->n_nodes; i++) {
        size_t persons = l->nodes[i].kind == LINK_PERSON ? 0 : persons_of(l, i, seen);
        l->nodes[i].shared_by = persons > LINKS_SHARED_MAX ? persons : 0;
        l->nodes[i].n_links = 0;
    }
    size_t kept = 0;
    for (size_t i = 0; i < l->n_edges; i++) {
        struct link_edge edge = l->edges[i];
        if (l->nodes[edge.from].shared_by || l->nodes[edge.to].shared_by)
            continue;
        l->nodes[edge.from].n_links++;
        l->nodes[edge.to].n_links++;
        l->edges[kept++] = edge;
    }
    l->n_edges = kept;
}

str links_key(const struct text *text, struct arena *a, str written)
{
    size_t n;
    uint32_t *points = text_points(text, a, written, TEXT_NFKC_FOLDED, &n);
    struct buf b = buf_new(a);
    bool gap = false;
    for (size_t i = 0; i < n; i++) {
        bool counts = text_is_letter(points[i]) || text_is_mark(points[i]) || text_digit(points[i]) >= 0;
        if (counts && gap && b.len)
            buf_byte(&b, ' ');
        gap = !counts;
        if (counts)
            text_put(&b, text_digit(points[i]) >= 0 ? (uint32_t)('0' + text_digit(points[i])) : points[i]);
    }
    return buf_str(&b);
}
