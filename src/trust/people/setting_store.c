/* The table of settings: see setting.h. */
#include "trust/people/setting.h"

int setting_get(struct db *db, const char *name, struct arena *a, str *value, struct err *err)
{
    struct db_stmt *q;
    *value = STR("");
    int r = db_prepare(db, "select value from people_setting where name = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, str_from(name));
    r = db_step(q, err);
    if (r > 0)
        *value = str_dup(a, db_col_text(q, 0));
    db_reset(q);
    return r < 0 ? r : 0;
}

struct setting {
    const char *name;
    str value;
    struct arena *a;
};

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct setting *s = arg;
    struct db_stmt *q;
    int r = db_prepare(node->db, "insert into people_setting(name, value) values($1, $2) on conflict(name) do update set value = excluded.value", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, str_from(s->name));
    db_bind_text(q, 2, s->value);
    act->detail = str_printf(s->a, "%s: %.*s", s->name, STR_ARG(s->value));
    return db_run(q, err);
}

int setting_put(struct node *node, const struct actor *actor, int64_t now_ms, const char *name, str value, struct err *err)
{
    struct act act = {.verb = VERB_SETTINGS, .actor = actor, .now_ms = now_ms};
    if (value.len > SETTING_MAX)
        return err_set(err, ERR_INPUT, "the setting %s is longer than %d bytes", name, SETTING_MAX);
    struct setting s = {name, value, arena_new()};
    int r = act_run(node, &act, put, &s, err);
    arena_free(s.a);
    return r;
}
