#include "work/desk/override.h"

#include <string.h>

#include "ground/crypto/crypto.h"
#include "work/desk/override_store.h"

#define ARGUMENTS_LEN (ID_LEN + 4 + 4 + 2)

/* The log of a day goes to strangers: numbers that nobody recognises from one day to the next. Never 0, which is nobody. */
static uint64_t number_of(const struct override *o, const uint8_t member[ID_LEN])
{
    uint8_t day[4], digest[HASH_LEN];
    put_u32be(day, o->day);
    const bytes parts[] = {str_bytes(STR("comity desk person 1")), {o->hall, ID_LEN}, {day, sizeof day}, {member, ID_LEN}};
    crypto_sha256_parts(digest, parts, 4);
    return get_u64be(digest) >> 1 | 1;
}

static int valid(const struct override *o, struct err *err)
{
    return o->ticket >= 1 ? 0 : err_set(err, ERR_INPUT, N_("say which ticket is called"));
}

int override_ask(struct node *node, const struct actor *actor, const struct override *o, str reason, int64_t now_ms, uint8_t approval[static ID_LEN],
                 struct err *err)
{
    uint8_t arguments[ARGUMENTS_LEN];
    struct act act = {.verb = VERB_HALL_OVERRIDE, .actor = actor, .reference = reason, .now_ms = now_ms, .arguments = {arguments, sizeof arguments}, .has_object = true};
    memcpy(arguments, o->hall, ID_LEN);
    memcpy(act.object, o->hall, ID_LEN);
    put_u32be(arguments + ID_LEN, o->day);
    put_u32be(arguments + ID_LEN + 4, o->ticket);
    put_u16be(arguments + ID_LEN + 8, o->counter);
    int r = valid(o, err);
    if (r == 0)
        r = act_run(node, &act, NULL, NULL, err);
    memcpy(approval, act.approval, ID_LEN);
    return r;
}

int override_asked(const struct approval *what, struct override *out, struct err *err)
{
    struct reader in = reader_new(what->arguments);
    const bytes hall = reader_take(&in, ID_LEN);
    *out = (struct override){.day = reader_u32(&in)};
    out->ticket = reader_u32(&in);
    out->counter = reader_u16(&in);
    if (!reader_done(&in))
        return err_set(err, ERR_CORRUPT, "a call that two agree on is of another length");
    memcpy(out->hall, hall.p, ID_LEN);
    out->persons[0] = number_of(out, what->first);
    out->persons[1] = number_of(out, what->second);
    return 0;
}

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct override *o = arg;
    act->has_object = true;
    memcpy(act->object, o->hall, ID_LEN);
    act->detail = str_printf(node->arena, "{\"ticket\":%u,\"counter\":%u}", o->ticket, o->counter);
    return override_store_put(node->db, o, act->now_ms, err);
}

int override_agreed(struct node *node, struct act *act, void *approval, struct err *err)
{
    struct override o;
    int r = override_asked(approval, &o, err);
    return r < 0 ? r : put(node, act, &o, err);
}

int override_by(struct node *node, const struct actor *operator, const struct override *o, const uint8_t first[static ID_LEN],
                const uint8_t second[static ID_LEN], str reason, int64_t now_ms, struct err *err)
{
    struct override made = *o;
    struct act act = {.verb = VERB_HALL_OVERRIDE, .actor = operator, .reference = reason, .now_ms = now_ms};
    if (memcmp(first, second, ID_LEN) == 0)
        return err_set(err, ERR_DENIED, N_("a call without a draw takes two persons"));
    made.persons[0] = number_of(o, first);
    made.persons[1] = number_of(o, second);
    int r = valid(o, err);
    return r < 0 ? r : act_run(node, &act, put, &made, err);
}
