/* Building an answer map: group by key, number the slots, peel, assign, checksum. Works in the caller's array. */
#include "trust/match/map_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- sorting: keys and positions are uniformly random, so one split by leading bits leaves groups of a few ---- */

#define SPLIT_BITS_MAX 22
#define SPLIT_GROUP 8 /* entries per group aimed at */

static uint64_t leading(const struct map_entry *e)
{
    return get_u64be(e->key);
}

static int compare_entries(const void *a, const void *b)
{
    const struct map_entry *x = a, *y = b;
    int order = memcmp(x->key, y->key, MAP_KEY_LEN);
    return order ? order : x->handle < y->handle ? -1 : x->handle > y->handle;
}

/* In place, by the top bits of the first eight bytes (American flag sort); within a group the order stays arbitrary.
 * Gives the number of bits; starts[g] is where group g begins, starts[1 << bits] the end. */
static unsigned split(struct map_entry e[], size_t n, size_t **starts_out)
{
    unsigned bits = 0;
    while (bits < SPLIT_BITS_MAX && n >> bits > SPLIT_GROUP)
        bits++;
    size_t groups = (size_t)1 << bits;
    size_t *starts = mem_calloc(groups + 1, sizeof *starts), *next = mem_alloc(groups * sizeof *next);
    unsigned shift = 64 - bits;
    if (bits == 0) {
        starts[1] = n;
    } else {
        for (size_t i = 0; i < n; i++)
            starts[(leading(&e[i]) >> shift) + 1]++;
        for (size_t g = 0; g < groups; g++)
            starts[g + 1] += starts[g];
        memcpy(next, starts, groups * sizeof *next);
        for (size_t g = 0; g < groups; g++) {
            while (next[g] < starts[g + 1]) {
                struct map_entry moving = e[next[g]];
                size_t home;
                while ((home = leading(&moving) >> shift) != g) {
                    struct map_entry other = e[next[home]];
                    e[next[home]++] = moving;
                    moving = other;
                }
                e[next[g]++] = moving;
            }
        }
    }
    free(next);
    *starts_out = starts;
    return bits;
}

static void sort_small(struct map_entry e[], size_t n)
{
    if (n > 64) {
        qsort(e, n, sizeof *e, compare_entries);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct map_entry moving = e[i];
        size_t j = i;
        for (; j > 0 && compare_entries(&e[j - 1], &moving) > 0; j--)
            e[j] = e[j - 1];
        e[j] = moving;
    }
}

/* ---- from entries to slots ---- */

/* Replaces the entry by what is stored: the position in key[0..7], the masked check in key[8..13], masked handle and bits. */
static void seal_entry(struct map_entry *e, uint32_t number)
{
    struct map_slot slot;
    map_slot(&slot, e->key, number);
    put_u64be(e->key, slot.position);
    memcpy(e->key + 8, slot.mask, MAP_CHECK_LEN); /* the check is zeros under the mask */
    e->handle ^= get_u32be(slot.mask + MAP_CHECK_LEN);
    e->bits ^= get_u16be(slot.mask + MAP_CHECK_LEN + 4);
}

/* Entries of one key, sorted by handle: merges equal handles and appends the slots at out, which never runs past e. */
static size_t number_slots(struct map_entry *out, const struct map_entry e[], size_t n, struct map_stats *stats)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && out[kept - 1].handle == e[i].handle)
            out[kept - 1].bits |= e[i].bits;
        else
            out[kept++] = e[i];
    }
    stats->keys++;
    if (kept > MAP_SLOTS_MAX) {
        stats->common++;
        return 0;
    }
    for (size_t i = 0; i < kept; i++)
        seal_entry(&out[i], (uint32_t)i);
    return kept;
}

static size_t make_slots(struct map_entry e[], size_t n, struct map_stats *stats)
{
    size_t *starts, kept = 0;
    if (n == 0)
        return 0;
    unsigned bits = split(e, n, &starts);
    for (size_t g = 0; g < (size_t)1 << bits; g++) {
        sort_small(e + starts[g], starts[g + 1] - starts[g]);
        for (size_t i = starts[g], end; i < starts[g + 1]; i = end) {
            for (end = i + 1; end < starts[g + 1] && memcmp(e[i].key, e[end].key, MAP_KEY_LEN) == 0; end++)
                ;
            kept += number_slots(e + kept, e + i, end - i, stats);
        }
    }
    free(starts);
    stats->slots = kept;
    return kept;
}

/* ---- peeling ---- */

struct peel {
    uint32_t *index; /* per cell: exclusive or of the slots that touch it */
    uint8_t *count;  /* per cell: how many do; 255 stays 255 */
    uint32_t *order; /* slots in the order they were peeled */
    uint8_t *lone;   /* per peeled slot: which of its three cells was its own */
    uint32_t *stack; /* cells that may have become lone; each is put here at most once */
};

static size_t peel(struct peel *p, const struct map_shape *shape, const struct map_entry slots[], size_t n)
{
    memset(p->index, 0, shape->cells * sizeof *p->index);
    memset(p->count, 0, shape->cells);
    uint32_t cells[3];
    for (size_t i = 0; i < n; i++) {
        map_cells(shape, leading(&slots[i]), cells);
        for (int j = 0; j < 3; j++) {
            p->index[cells[j]] ^= (uint32_t)i;
            if (p->count[cells[j]]++ == 254)
                return 0; /* cannot be by chance: the positions are not random; another attempt stirs them */
        }
    }
    /* Cells are scanned in order and what a find sets free behind the scan is followed up at once: so the work stays
     * within a few segments at a time. */
    size_t peeled = 0;
    for (size_t cell = 0; cell < shape->cells; cell++) {
        size_t depth = 0;
        p->stack[depth++] = (uint32_t)cell;
        while (depth > 0) {
            uint32_t at = p->stack[--depth];
            if (p->count[at] != 1)
                continue;
            uint32_t i = p->index[at];
            map_cells(shape, leading(&slots[i]), cells);
            p->order[peeled] = i;
            for (uint8_t j = 0; j < 3; j++) {
                p->index[cells[j]] ^= i;
                p->count[cells[j]]--;
                if (cells[j] == at)
                    p->lone[peeled] = j;
                else if (p->count[cells[j]] == 1 && cells[j] <= cell)
                    p->stack[depth++] = cells[j]; /* the scan meets the later ones by itself */
            }
            peeled++;
        }
    }
    return peeled;
}

static void xor_cell(uint8_t to[MAP_CELL], const uint8_t from[MAP_CELL])
{
    for (int i = 0; i < MAP_CELL; i++)
        to[i] ^= from[i];
}

/* In reverse order each slot's own cell is still free: it takes what makes the three add up. */
static void assign(const struct peel *p, const struct map_shape *shape, const struct map_entry slots[], size_t n, uint8_t *table)
{
    for (size_t k = n; k-- > 0;) {
        const struct map_entry *slot = &slots[p->order[k]];
        uint32_t cells[3];
        map_cells(shape, leading(slot), cells);
        uint8_t value[MAP_CELL];
        memcpy(value, slot->key + 8, MAP_CHECK_LEN);
        put_u32be(value + MAP_CHECK_LEN, slot->handle);
        put_u16be(value + MAP_CHECK_LEN + 4, slot->bits);
        for (uint8_t j = 0; j < 3; j++)
            if (j != p->lone[k])
                xor_cell(value, table + (size_t)cells[j] * MAP_CELL);
        memcpy(table + (size_t)cells[p->lone[k]] * MAP_CELL, value, MAP_CELL);
    }
}

/* Fills the table; gives the number of attempts, 0 when none succeeded. */
static unsigned fill_table(struct map_entry slots[], size_t n, const struct map_shape *shape, uint8_t *table)
{
    struct peel p = {.index = mem_alloc(shape->cells * sizeof *p.index), .count = mem_alloc(shape->cells),
                     .order = mem_alloc(n * sizeof *p.order), .lone = mem_alloc(n), .stack = mem_alloc(shape->cells * sizeof *p.stack)};
    unsigned attempt = 0;
    bool done = false;
    while (!done && attempt < MAP_ATTEMPTS_MAX) {
        attempt++;
        for (size_t i = 0; i < n; i++)
            put_u64be(slots[i].key, map_stir(leading(&slots[i])));
        size_t *starts;
        split(slots, n, &starts); /* neighbours in the table become neighbours in memory */
        free(starts);
        done = peel(&p, shape, slots, n) == n;
    }
    if (done)
        assign(&p, shape, slots, n, table);
    free(p.index);
    free(p.count);
    free(p.order);
    free(p.lone);
    free(p.stack);
    return done ? attempt : 0;
}

static void write_header(uint8_t *image, const struct map_params *params, unsigned bucket, unsigned attempts, const struct map_shape *shape)
{
    memcpy(image, map_magic, sizeof map_magic);
    put_u32be(image + MAP_AT_EPOCH, params->epoch);
    put_u32be(image + MAP_AT_DELTA, params->delta);
    memcpy(image + MAP_AT_HOLDER, params->holder, sizeof params->holder);
    memcpy(image + MAP_AT_PARTNER, params->partner, sizeof params->partner);
    memcpy(image + MAP_AT_RULESET, params->ruleset, strnlen(params->ruleset, MAP_RULESET_MAX - 1));
    memcpy(image + MAP_AT_SEED, params->seed, MAP_SEED_LEN);
    image[MAP_AT_BUCKET] = (uint8_t)bucket;
    image[MAP_AT_ATTEMPTS] = (uint8_t)attempts;
    image[MAP_AT_SEGMENT_BITS] = (uint8_t)shape->segment_bits;
    put_u32be(image + MAP_AT_SEGMENTS, shape->segments);
    crypto_blake2b(image + MAP_AT_CHECKSUMS, HASH_LEN, (bytes){0}, (bytes){image + MAP_HEADER_LEN, shape->blocks * MAP_CHECKSUM});
    crypto_blake2b(image + MAP_AT_DIGEST, HASH_LEN, (bytes){0}, (bytes){image, MAP_AT_DIGEST});
}

int map_build(struct map_entry entries[], size_t n, const struct map_params *params, bytes *image, struct map_stats *stats,
              struct err *err)
{
    if (n > MAP_ENTRIES_MAX)
        return err_set(err, ERR_LIMIT, "an answer map holds at most %u entries, not %zu: split the records over two nodes", MAP_ENTRIES_MAX, n);
    *stats = (struct map_stats){0};
    size_t slots = make_slots(entries, n, stats);
    unsigned bucket = map_bucket(slots);
    struct map_shape shape = map_shape_for(bucket);
    uint8_t *p = mem_calloc(1, shape.size), *checksums = p + MAP_HEADER_LEN, *table = checksums + shape.blocks * MAP_CHECKSUM;
    /* every cell starts random and stays so unless a slot needs it: used and unused cells look alike */
    crypto_fill(table, shape.cells * MAP_CELL, params->fill);
    stats->attempts = fill_table(entries, slots, &shape, table);
    if (stats->attempts == 0) {
        free(p);
        return err_set(err, ERR_CRYPTO, "the answer map could not be laid out in %d attempts: the keys are not random", MAP_ATTEMPTS_MAX);
    }
    for (size_t i = 0, left = shape.cells * MAP_CELL; i < shape.blocks; i++, left -= left < MAP_BLOCK ? left : MAP_BLOCK)
        map_checksum(checksums + i * MAP_CHECKSUM, table + i * MAP_BLOCK, left < MAP_BLOCK ? left : MAP_BLOCK);
    write_header(p, params, bucket, stats->attempts, &shape);
    stats->capacity = map_capacity(bucket);
    stats->size = shape.size;
    *image = (bytes){p, shape.size};
    return 0;
}
