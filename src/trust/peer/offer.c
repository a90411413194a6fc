#include "trust/peer/offer.h"

#include <string.h>

#include "trust/match/index.h"
#include "trust/match/map.h"

#define GRACE_MS ((int64_t)7 * 86400000) /* a partner may still be working with last month's maps */

/* Epochs are UTC months, see index_epoch. */
static int64_t epoch_start_ms(uint32_t epoch)
{
    struct date first = {.year = (int16_t)(2020 + epoch / 12), .month = (uint8_t)(epoch % 12 + 1), .day = 1};
    return date_to_days(first) * 86400000;
}

static int read_ruleset(struct arena *a, const char *path, str *ruleset, struct err *err)
{
    struct map *m;
    int r = map_open(path, &m, err);
    if (r < 0)
        return r;
    *ruleset = str_dup(a, str_from(map_info(m)->ruleset));
    map_close(m);
    return 0;
}

int offer_current(struct node *node, struct arena *a, const uint8_t partner[static ID_LEN], int64_t now_ms, struct offer *out, struct err *err)
{
    struct index_partner who;
    struct index_map *maps;
    size_t n;
    memcpy(who.id, partner, ID_LEN);
    int r = index_maps(node, a, &who, &maps, &n, err);
    if (r < 0)
        return r;
    if (n == 0 || n > WIRE_MAPS_MAX)
        return err_set(err, ERR_NOT_FOUND, "there is no answer map for this partner yet: the agency has to run `comity index`");
    *out = (struct offer){.epoch = maps[0].epoch, .n_maps = n, .maps = arena_array(a, struct wire_map, n), .paths = arena_array(a, const char *, n)};
    out->valid_from_ms = epoch_start_ms(out->epoch);
    out->valid_until_ms = epoch_start_ms(out->epoch + 1) + GRACE_MS;
    if (now_ms >= out->valid_until_ms)
        return err_set(err, ERR_NOT_FOUND, "the answer maps are of a month that is over: the agency has to run `comity index`");
    for (size_t i = 0; i < n; i++) {
        out->maps[i] = (struct wire_map){.number = maps[i].delta, .size = (uint64_t)maps[i].size};
        memcpy(out->maps[i].digest, maps[i].digest, HASH_LEN);
        out->paths[i] = maps[i].path;
    }
    return read_ruleset(a, maps[0].path, &out->ruleset, err);
}

int offer_epoch_open(struct node *node, uint32_t epoch, int64_t now_ms, struct err *err)
{
    uint32_t current;
    int r = index_current(node, &current, err);
    if (r < 0)
        return r;
    if (epoch <= current && current - epoch <= 1 && now_ms < epoch_start_ms(epoch + 1) + GRACE_MS)
        return 0;
    return err_set(err, ERR_NOT_FOUND, "epoch %u is not answered (now: %u): fetch the statement and the maps again", epoch, current);
}
