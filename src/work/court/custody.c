#include "work/court/custody.h"

#include <string.h>

#include "trust/act/past.h"

struct asked { const uint8_t *file; struct arena *a; const struct record *records; size_t n; int64_t *leaves; };

static int find(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct asked *q = arg;
    struct vault_id object;
    int r = 0;
    memcpy(object.b, q->file, ID_LEN);
    act->detail = STR("{\"taken as\":\"bundle\"}");
    for (size_t i = 0; r == 0 && i < q->n; i++) {
        struct past_filter filter = {.objects = &object, .n_objects = 1, .from_ms = q->records[i].made_ms, .until_ms = q->records[i].made_ms + 1, .before = INT64_MAX};
        struct past_list list = {0};
        q->leaves[i] = -1;
        if (q->records[i].unit != FIELD_OF_ATTACHMENT)
            continue;
        r = past_list(node, &filter, 10, q->a, &list, err);
        for (size_t k = 0; r == 0 && k < list.n; k++)
            if (list.acts[k].at_ms == q->records[i].made_ms)
                q->leaves[i] = list.acts[k].leaf;
    }
    return r;
}

int custody_leaves(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const struct record records[], size_t n,
                   int64_t leaves[], struct err *err)
{
    struct asked q = {file, a, records, n, leaves};
    struct act act = {.verb = VERB_FILE_LOOK, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true, .has_object = true};
    memcpy(act.file, file, ID_LEN);
    memcpy(act.object, file, ID_LEN);
    return act_run(w->node, &act, find, &q, err);
}
