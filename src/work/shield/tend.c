/* What the clock does with open decisions: overdue ones go up, and what is left of erased files goes. */
#include <string.h>

#include "work/cases/erase.h"
#include "work/shield/check.h"
#include "work/shield/shield_store.h"

static int raise_one(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct shield_row *row = arg;
    struct shield_row now;
    int r = shield_row_get(node->db, row->id, &now, err);
    if (r < 0 || !shield_stops(now.state))
        return r == ERR_NOT_FOUND ? 0 : r;
    now.level = shield_level(now.open_ms, act->now_ms);
    act->has_object = true;
    memcpy(act->object, row->id, ID_LEN);
    act->detail = now.level > 1 ? STR("to all supervisors and the officer") : STR("to the supervisors of the case");
    return shield_row_put(node->db, &now, err);
}

static int drop_one(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct shield_row *row = arg;
    struct arena *a = arena_new();
    struct shield_answer_row *answers;
    size_t n;
    (void)act;
    int r = shield_answers_of(node->db, row->id, a, &answers, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = answers[i].has_kept ? erase_sealed(node, VAULT_QUESTION, &answers[i].kept, err) : 0;
    arena_free(a);
    return r == 0 ? shield_row_drop(node->db, row->id, err) : r;
}

int shield_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct shield_row *rows;
    size_t n = 0;
    int r = whom->file ? shield_rows(node->db, whom->file, a, &rows, &n, err) : 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (!whom->whole && memcmp(rows[i].person, whom->person, ID_LEN) != 0)
            continue;
        r = access_stop_lift(node->db, rows[i].file, rows[i].id, err);
        if (r == 0)
            r = drop_one(node, act, &rows[i], err);
    }
    return r;
}

static int run(struct node *node, struct shield_row *row, act_fn fn, int64_t now_ms, struct err *err)
{
    struct act act = {.verb = VERB_ESCALATE, .actor = &act_node, .now_ms = now_ms};
    return act_run(node, &act, fn, row, err);
}

int shield_tend(struct node *node, int64_t now_ms, size_t *n_raised, struct err *err)
{
    struct arena *a = arena_new();
    struct shield_row *rows;
    struct access_file file;
    size_t n;
    *n_raised = 0;
    int r = shield_rows(node->db, NULL, a, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct err gone = {0};
        int there = access_file_get(node->db, rows[i].file, &file, &gone);
        if (there == ERR_NOT_FOUND) {
            r = run(node, &rows[i], drop_one, now_ms, err);
        } else if (there == 0 && shield_stops(rows[i].state) && shield_level(rows[i].open_ms, now_ms) > rows[i].level) {
            r = run(node, &rows[i], raise_one, now_ms, err);
            *n_raised += r == 0;
        }
    }
    arena_free(a);
    return r;
}
