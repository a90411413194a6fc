/* tree: how a document lies in its arena. Private to ground/json. */
#ifndef COMITY_JSON_TREE_H
#define COMITY_JSON_TREE_H

#include "ground/json/json.h"

struct json {
    enum json_kind kind;
    struct arena *arena;
    const struct json *parent; /* NULL for the root */
    str name;                  /* of the member in its object; of the document at the root */
    size_t position;           /* in its list */
    union {
        bool boolean;
        int64_t integer;
        double real;
        str text;
    };
    struct json **items; /* of a list or an object */
    size_t n, cap;
};

/* A new value of a kind below parent, appended to it. name is borrowed; empty in a list. */
struct json *json_tree_add(struct json *parent, str name, enum json_kind kind);
struct json *json_tree_root(struct arena *a, str name, enum json_kind kind);

#endif
