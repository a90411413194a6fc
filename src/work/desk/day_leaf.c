/* What a leaf of the log says of a day, and of keys. */
#include <string.h>

#include "ground/json/json.h"
#include "work/desk/day.h"

#define DAYS_MAX INT64_C(3000000)
#define RECORDS_MAX (INT64_C(1) << 40)

str day_mark_write(struct arena *a, const struct day_mark *m)
{
    struct json *o = json_object_new(a);
    json_put_hex(o, "hall", (bytes){m->hall, ID_LEN});
    json_put_int(o, "day", m->day);
    json_put_int(o, "records", m->records);
    json_put_hex(o, "head", (bytes){m->head, HASH_LEN});
    json_put_int(o, "closed", m->handed ? 2 : m->closed);
    if (m->handed)
        json_put_hex(o, "over", (bytes){m->over, HASH_LEN});
    if (m->ruled)
        json_put_hex(o, "rule", (bytes){m->rule, HASH_LEN});
    return json_write(a, o, JSON_ONE_LINE);
}

int day_mark_read(struct arena *a, bytes detail, struct day_mark *out, struct err *err)
{
    const struct json *o;
    int64_t day = 0, closed = 0;
    int r = json_parse(a, "the leaf of a day", detail, DAY_OPENING_MAX, &o, err);
    if (r == 0)
        r = json_get_hex(o, "hall", out->hall, ID_LEN, err);
    if (r == 0)
        r = json_get_int(o, "day", 0, DAYS_MAX, &day, err);
    if (r == 0)
        r = json_get_int(o, "records", 1, RECORDS_MAX, &out->records, err);
    if (r == 0)
        r = json_get_hex(o, "head", out->head, HASH_LEN, err);
    if (r == 0)
        r = json_get_int(o, "closed", 0, 2, &closed, err);
    if (r == 0 && closed == 2)
        r = json_get_hex(o, "over", out->over, HASH_LEN, err);
    out->ruled = r == 0 && json_find(o, "rule");
    if (out->ruled)
        r = json_get_hex(o, "rule", out->rule, HASH_LEN, err);
    out->day = (uint32_t)day;
    out->closed = closed > 0;
    out->handed = closed == 2;
    return r;
}

str day_posted_write(struct arena *a, const struct day_posted *p)
{
    uint8_t persons[2][8];
    struct json *o = json_object_new(a);
    put_u64be(persons[0], p->persons[0]);
    put_u64be(persons[1], p->persons[1]);
    json_put_hex(o, "posted", (bytes){p->hall, ID_LEN});
    json_put_hex(o, "rule", (bytes){p->rule, HASH_LEN});
    json_put_hex(o, "first", (bytes){persons[0], 8});
    json_put_hex(o, "second", (bytes){persons[1], 8});
    return json_write(a, o, JSON_ONE_LINE);
}

int day_posted_read(struct arena *a, bytes detail, struct day_posted *out, struct err *err)
{
    const struct json *o;
    uint8_t persons[2][8] = {{0}};
    int r = json_parse(a, "the leaf of a rule", detail, DAY_OPENING_MAX, &o, err);
    if (r == 0)
        r = json_get_hex(o, "posted", out->hall, ID_LEN, err);
    if (r == 0)
        r = json_get_hex(o, "rule", out->rule, HASH_LEN, err);
    if (r == 0)
        r = json_get_hex(o, "first", persons[0], 8, err);
    if (r == 0)
        r = json_get_hex(o, "second", persons[1], 8, err);
    out->persons[0] = get_u64be(persons[0]);
    out->persons[1] = get_u64be(persons[1]);
    return r;
}

str day_keys_write(struct arena *a, const struct day_keys *k)
{
    uint8_t keys[THRESHOLD_KEYS_MAX];
    struct json *o = json_object_new(a);
    json_put_hex(o, "hall", (bytes){k->hall, ID_LEN});
    json_put_int(o, "from_day", k->from_day);
    json_put_int(o, "until_day", k->until_day);
    json_put_hex(o, "keys", (bytes){keys, threshold_keys_write(&k->keys, keys)});
    return json_write(a, o, JSON_ONE_LINE);
}

int day_keys_read(struct arena *a, bytes detail, struct day_keys *out, struct err *err)
{
    const struct json *o;
    int64_t from = 0, until = 0;
    bytes keys = {0};
    str hex = {0};
    int r = json_parse(a, "the leaf of keys", detail, DAY_OPENING_MAX, &o, err);
    if (r == 0)
        r = json_get_hex(o, "hall", out->hall, ID_LEN, err);
    if (r == 0)
        r = json_get_int(o, "from_day", 0, DAYS_MAX, &from, err);
    if (r == 0)
        r = json_get_int(o, "until_day", from, DAYS_MAX, &until, err);
    if (r == 0)
        r = json_get_str(o, "keys", 2 * THRESHOLD_KEYS_MAX, &hex, err);
    if (r == 0 && !hex_decode(a, hex, &keys))
        r = json_refuse(o, "keys", err, "it is not hexadecimal");
    out->from_day = (uint32_t)from;
    out->until_day = (uint32_t)until;
    return r == 0 ? threshold_keys_read(keys, &out->keys, err) : r;
}
