/* What is posted of a hall, as JSON, and the act that posts it. */
#include "work/desk/hall_internal.h"

#include <string.h>

#include "desk_hall_embed.h"
#include "ground/crypto/crypto.h"
#include "ground/json/json.h"
#include "work/desk/hall_store.h"

#define SETUP_MAX ((size_t)64 * 1024)

static const struct embedded *const steps[] = {&desk_hall_hall_schema_sql, &desk_hall_hall_schema_2_sql};
const struct db_schema desk_hall_schema = {"desk_hall", steps, 2};

str hall_setup_write(struct arena *a, const struct hall_setup *s)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "version", 1);
    json_put_str(o, "name", s->name);
    json_put_int(o, "window", s->rule.window);
    json_put_int(o, "cap", s->rule.cap);
    json_put_int(o, "tries", s->rule.tries);
    json_put_int(o, "posts", s->rule.n_posts);
    struct json *lanes = json_put_array(o, "lanes"), *counters = json_put_array(o, "counters");
    for (size_t i = 0; i < s->rule.n_lanes; i++) {
        struct json *lane = json_add_object(lanes);
        json_put_str(lane, "name", s->lanes[i]);
        json_put_int(lane, "weight", s->rule.lanes[i].weight);
        json_put_int(lane, "needs", s->rule.lanes[i].needs);
    }
    for (size_t i = 0; i < s->rule.n_counters; i++) {
        uint8_t serves[8];
        put_u64be(serves, s->rule.serves[i]);
        json_put_hex(json_add_object(counters), "serves", (bytes){serves, sizeof serves});
    }
    return json_write(a, o, JSON_ONE_LINE);
}

static int number(const struct json *o, const char *key, int64_t max, int64_t *out, struct err *err)
{
    return json_get_int(o, key, 0, max, out, err);
}

static int read_lane(const struct json *lane, struct hall_setup *s, size_t i, struct err *err)
{
    int64_t weight, needs;
    int r = json_get_str(lane, "name", HALL_NAME_MAX, &s->lanes[i], err);
    if (r == 0)
        r = number(lane, "weight", UINT16_MAX, &weight, err);
    if (r == 0)
        r = number(lane, "needs", UINT32_MAX, &needs, err);
    if (r == 0)
        s->rule.lanes[i] = (struct line_lane){(uint16_t)weight, (uint32_t)needs};
    return r;
}

int hall_setup_read(struct arena *a, bytes in, struct hall_setup *s, struct err *err)
{
    const struct json *o, *lanes, *counters;
    int64_t version, window, cap, tries, posts;
    int r = json_parse(a, "what is posted of a hall", in, SETUP_MAX, &o, err);
    const struct { const char *key; int64_t max, *out; } numbers[] = {{"version", 1, &version}, {"window", LINE_WINDOW_MAX, &window}, {"cap", UINT16_MAX, &cap},
                                                                       {"tries", UINT16_MAX, &tries}, {"posts", UINT8_MAX, &posts}};
    for (size_t i = 0; r == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
        r = number(o, numbers[i].key, numbers[i].max, numbers[i].out, err);
    if (r == 0)
        r = json_get_str(o, "name", HALL_NAME_MAX, &s->name, err);
    if (r == 0)
        r = json_get_array(o, "lanes", &lanes, err);
    if (r == 0)
        r = json_get_array(o, "counters", &counters, err);
    if (r < 0)
        return r;
    if (json_count(lanes) > LINE_LANES_MAX || json_count(counters) > LINE_COUNTERS_MAX)
        return err_set(err, ERR_INPUT, "a hall has more lanes or counters than there can be");
    s->rule = (struct line_rule){.window = (uint16_t)window, .cap = (uint16_t)cap, .tries = (uint16_t)tries, .n_posts = (uint8_t)posts,
                                 .n_lanes = (uint8_t)json_count(lanes), .n_counters = (uint8_t)json_count(counters)};
    for (size_t i = 0; r == 0 && i < s->rule.n_lanes; i++)
        r = read_lane(json_at(lanes, i), s, i, err);
    for (size_t i = 0; r == 0 && i < s->rule.n_counters; i++) {
        uint8_t serves[8];
        r = json_get_hex(json_at(counters, i), "serves", serves, sizeof serves, err);
        s->rule.serves[i] = r == 0 ? get_u64be(serves) : 0;
    }
    return r;
}

struct making { struct hall_setup *setup; struct arena *a; };

static int do_make(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct making *m = arg;
    act->has_object = true;
    memcpy(act->object, m->setup->id, ID_LEN);
    act->detail = hall_setup_write(m->a, m->setup);
    return hall_store_put(node->db, m->setup->id, str_bytes(act->detail), act->now_ms, err);
}

static bool served(const struct line_rule *rule, size_t lane)
{
    for (size_t i = 0; i < rule->n_counters; i++)
        if (rule->serves[i] >> lane & 1u)
            return true;
    return false;
}

int hall_setup_check(struct hall_setup *setup, struct err *err)
{
    struct line *line;
    if (str_trim(setup->name).len == 0 || setup->name.len > HALL_NAME_MAX)
        return err_set(err, ERR_INPUT, N_("a hall needs a name"));
    for (size_t i = 0; i < setup->rule.n_lanes; i++)
        if (str_trim(setup->lanes[i]).len == 0 || setup->lanes[i].len > HALL_NAME_MAX)
            return err_set(err, ERR_INPUT, N_("each lane needs a name"));
    int r = line_open(&setup->rule, &line, err);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < setup->rule.n_lanes; i++)
        if (!served(&setup->rule, i))
            r = err_set(err, ERR_INPUT, "no counter serves lane %zu (%.*s): whoever waits there would wait for ever", i + 1, STR_ARG(setup->lanes[i]));
    if (r == 0)
        setup->rule = *line_rule(line);
    line_close(line);
    return r;
}

int hall_make(struct node *node, const struct actor *actor, int64_t now_ms, struct hall_setup *setup, struct err *err)
{
    static const uint8_t none[ID_LEN];
    struct making m = {setup, NULL};
    struct act act = {.verb = VERB_HALL_SET, .actor = actor, .now_ms = now_ms};
    int r = hall_setup_check(setup, err);
    if (r < 0)
        return r;
    if (memcmp(setup->id, none, ID_LEN) == 0)
        crypto_random(setup->id, ID_LEN);
    m.a = arena_new();
    r = act_run(node, &act, do_make, &m, err);
    arena_free(m.a);
    return r;
}

static int read_row(struct arena *a, const struct hall_row *row, struct hall_setup *out, struct err *err)
{
    *out = (struct hall_setup){.made_ms = row->made_ms};
    memcpy(out->id, row->id, ID_LEN);
    return hall_setup_read(a, row->setup, out, err);
}

int hall_list(struct db *db, struct arena *a, struct hall_setup **out, size_t *n, struct err *err)
{
    struct hall_row *rows;
    int r = hall_store_list(db, NULL, a, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct hall_setup, *n);
    for (size_t i = 0; r == 0 && i < *n; i++)
        r = read_row(a, &rows[i], &(*out)[i], err);
    return r;
}

int hall_find(struct db *db, const uint8_t id[static ID_LEN], struct arena *a, struct hall_setup *out, struct err *err)
{
    struct hall_row *rows;
    size_t n;
    int r = hall_store_list(db, id, a, &rows, &n, err);
    if (r == 0 && n == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such hall"));
    return r < 0 ? r : read_row(a, &rows[0], out, err);
}

/* --- the board --- */

struct boarding { const uint8_t *hall; uint8_t key[ID_LEN]; };

static int do_board(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct boarding *b = arg;
    act->has_object = true;
    memcpy(act->object, b->hall, ID_LEN);
    act->detail = STR("a new address of the board");
    return board_store_put(node->db, b->hall, b->key, act->now_ms, err);
}

int hall_board_make(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct boarding b = {.hall = id};
    struct act act = {.verb = VERB_HALL_SET, .actor = actor, .now_ms = now_ms};
    crypto_random(b.key, sizeof b.key);
    return act_run(node, &act, do_board, &b, err);
}

int hall_board(struct db *db, const uint8_t id[static ID_LEN], uint8_t key[static ID_LEN], bool *there, struct err *err)
{
    int r = board_store_get(db, id, key, err);
    *there = r > 0;
    return r < 0 ? r : 0;
}

bool hall_board_is(struct db *db, const uint8_t id[static ID_LEN], const uint8_t key[static ID_LEN])
{
    uint8_t kept[ID_LEN];
    return board_store_get(db, id, kept, NULL) > 0 && crypto_equal(kept, key, ID_LEN);
}
