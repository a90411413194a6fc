/* links: who and what a file knows, and what its records say of how they hang together.
 *
 * What: a graph of persons, firms, phones, places, documents and vehicles. The same phone, firm or place named by several persons is one
 *       node. Every link knows the records that say it.
 * Why:  an investigator sees at a look what many persons have in common.
 *
 *     struct links *l = links_new(a);
 *     size_t dara = links_node(l, LINK_PERSON, key, STR("Sok Dara"), STR("/persons/..."));
 *     size_t phone = links_node(l, LINK_PHONE, STR("+85512345678"), STR("+855 12 345 678"), STR(""));
 *     links_edge(l, dara, phone, N_("phone"), STR("/files/.../events/..."), STR("Event of 2021-03"));
 *     links_close(l);
 *
 * Pairs are never made: two persons are linked through what they share. What more than LINKS_SHARED_MAX persons share tells little and
 * would hide the rest: links_close takes its links away and says how many there were. Pure. Not here: reading records, drawing (face/web/chart).
 */
#ifndef COMITY_CASES_LINKS_H
#define COMITY_CASES_LINKS_H

#include "ground/text/text.h"

enum link_kind { LINK_PERSON, LINK_FIRM, LINK_PHONE, LINK_PLACE, LINK_DOCUMENT, LINK_VEHICLE, LINK_KINDS };

#define LINKS_SHARED_MAX 12
#define LINKS_NODES_MAX 300   /* what comes after them is counted in left_out */
#define LINKS_EDGES_MAX 1200
#define LINKS_NONE ((size_t)-1)

struct link_source { str path, name; struct link_source *next; };

struct link_node {
    enum link_kind kind;
    str key, label, path; /* path: its own page, or empty */
    size_t n_links;
    size_t shared_by;     /* so many persons share it that its links are left out; else 0 */
    size_t elsewhere;     /* other files in which it is known, as far as the reader has a right to them */
};

struct link_edge {
    size_t from, to;
    const char *label;    /* message id */
    struct link_source *sources; /* the records that say so, in their order */
    size_t n_sources;
};

struct links {
    struct arena *arena;
    struct link_node *nodes;
    struct link_edge *edges;
    size_t n_nodes, n_edges, cap_nodes, cap_edges;
    size_t left_out;      /* nodes and links beyond the bounds */
};

struct links *links_new(struct arena *a); /* borrows a */

/* The node of this kind and key; a new one with label and path if there is none. Borrows the texts. LINKS_NONE: the key is empty, or
 * there are too many. */
size_t links_node(struct links *l, enum link_kind kind, str key, str label, str path);
/* A link, or one more source of the same. Nothing happens if an end is LINKS_NONE, or both are the same. */
void links_edge(struct links *l, size_t from, size_t to, const char *label, str source_path, str source_name);
/* Once all is said: counts links, and takes away those of what too many persons share. */
void links_close(struct links *l);

/* The key of a written name or address: letters folded, marks of punctuation and repeated spaces gone. From arena. */
str links_key(const struct text *text, struct arena *a, str written);

#endif
