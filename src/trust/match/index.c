/* One run of the index: what is new, what is gone, which maps follow from it; then one act that makes it so. */
#include "trust/match/index_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

uint32_t index_epoch(int64_t now_ms)
{
    struct date day = clock_day(now_ms);
    return (uint32_t)((day.year - 2020) * 12 + day.month - 1);
}

/* ---- the ids that are held already ---- */

struct known {
    struct known_slot {
        struct vault_id id;
        bool used, seen;
    } *slots;
    size_t n_slots, n;
};

static void known_open(struct known *k, int64_t records)
{
    k->n_slots = 64;
    while ((int64_t)k->n_slots < records * 2)
        k->n_slots *= 2;
    k->slots = mem_calloc(k->n_slots, sizeof *k->slots);
}

/* Ids are random: their own bytes are the hash. */
static struct known_slot *known_slot(const struct known *k, const struct vault_id *id)
{
    size_t mask = k->n_slots - 1, at = (size_t)get_u64be(id->b) & mask;
    while (k->slots[at].used && memcmp(k->slots[at].id.b, id->b, ID_LEN) != 0)
        at = (at + 1) & mask;
    return &k->slots[at];
}

static int known_add(const struct held_chunk *chunk, void *arg, struct err *err)
{
    struct known *k = arg;
    for (size_t i = 0; i < chunk->n; i++) {
        struct known_slot *slot = known_slot(k, &chunk->records[i].id);
        if (slot->used || 2 * (k->n + 1) > k->n_slots)
            return err_set(err, ERR_CORRUPT, "a record is held twice: delete the folder maps/held and run the index again");
        *slot = (struct known_slot){.id = chunk->records[i].id, .used = true};
        k->n++;
    }
    return 0;
}

/* ---- the run ---- */

struct run {
    struct node *node;
    const struct names *names;
    const struct index_options *options;
    struct index_stats *stats;
    struct arena *arena;
    int64_t number;
    struct held_row *held; /* what is kept, then, if anything was evaluated or rewritten, what this run adds */
    size_t n_held;
    bool add_held;         /* the last of held is new */
    bool anew;             /* what was held before this run goes; every map is written anew */
    int64_t next_ordinal;
    struct known known;
    struct evaluator *evaluator;
    struct held_writer *writer;
    int64_t walked, all;
    const struct index_partner *partners;
    size_t n_partners;
    struct map_row *maps;  /* to be added */
    size_t n_maps;
};

static int load_held(struct run *r, struct err *err)
{
    uint32_t epoch = r->options->epoch;
    str ruleset = str_from(names_ruleset(r->names));
    int64_t records = 0;
    int result = store_held(r->node->db, r->arena, epoch, &r->held, &r->n_held, err);
    for (size_t i = 0; i < r->n_held && result == 0; i++) {
        records += r->held[i].records;
        if (r->held[i].next_ordinal > r->next_ordinal)
            r->next_ordinal = r->held[i].next_ordinal;
        if (!str_eq(r->held[i].ruleset, ruleset))
            r->anew = true;
    }
    if (r->anew)
        r->n_held = 0; /* keys by other rules: nothing of it can be used */
    known_open(&r->known, records);
    for (size_t i = 0; i < r->n_held && result == 0; i++)
        result = held_each(index_held_path(r->node, r->arena, epoch, r->held[i].run), epoch, r->held[i].run, r->held[i].records,
                           r->node->keys, false, known_add, &r->known, err);
    return result;
}

static int open_writer(struct run *r, struct err *err)
{
    if (r->writer)
        return 0;
    return held_create(index_held_path(r->node, r->arena, r->options->epoch, r->number), r->options->epoch, r->number, r->node->keys,
                       &r->writer, err);
}

static int walk_record(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct run *r = arg;
    if (r->options->progress && r->walked % 64 == 0)
        r->options->progress(r->walked, r->all, r->options->progress_arg);
    r->walked++;
    struct known_slot *slot = known_slot(&r->known, id);
    if (slot->used) {
        slot->seen = true;
        return 0;
    }
    if (r->next_ordinal > UINT32_MAX)
        return err_set(err, ERR_LIMIT, "this epoch's record numbers are used up: the next epoch begins with the next month");
    int result = open_writer(r, err);
    return result < 0 ? result : evaluator_add(r->evaluator, id, content, (uint32_t)r->next_ordinal++, r->writer, err);
}

static int evaluate_fresh(struct run *r, struct err *err)
{
    int64_t start = clock_monotonic_ns();
    int result = vault_count(r->node->vault, r->node->db, VAULT_IDENTITY, &r->all, err);
    if (result < 0)
        return result;
    r->evaluator = evaluator_new(r->names, r->node->keys, r->options->epoch, r->stats);
    result = vault_each(r->node->vault, r->node->db, VAULT_IDENTITY, walk_record, r, err);
    if (result == 0 && r->writer)
        result = evaluator_flush(r->evaluator, r->writer, err);
    r->stats->read_s = (double)(clock_monotonic_ns() - start) / 1e9 - r->stats->keys_s - r->stats->curve_s - r->stats->keep_s;
    return result;
}

/* Takes over from an older file what is still in the vault. */
static int keep_seen(const struct held_chunk *chunk, void *arg, struct err *err)
{
    struct run *r = arg;
    struct held_chunk kept = {.records = mem_calloc(chunk->n, sizeof *kept.records),
                              .outputs = mem_calloc(chunk->n_outputs, sizeof *kept.outputs)};
    size_t at = 0;
    for (size_t i = 0; i < chunk->n && at + chunk->records[i].n_keys <= chunk->n_outputs; i++) {
        const struct held_record *record = &chunk->records[i];
        if (known_slot(&r->known, &record->id)->seen) {
            kept.records[kept.n++] = *record;
            memcpy(kept.outputs + kept.n_outputs, chunk->outputs + at, record->n_keys * sizeof *kept.outputs);
            kept.n_outputs += record->n_keys;
        }
        at += record->n_keys;
    }
    int result = held_append(r->writer, &kept, err);
    r->held[r->n_held].records += (int64_t)kept.n;
    r->held[r->n_held].keys += (int64_t)kept.n_outputs;
    free(kept.records);
    free(kept.outputs);
    return result;
}

/* Closes this run's file. When records were erased everything that stays moves into it. */
static int finish_held(struct run *r, struct err *err)
{
    int result = 0;
    size_t old = r->n_held;
    for (size_t i = 0; i < r->known.n_slots; i++)
        r->stats->erased += r->known.slots[i].used && !r->known.slots[i].seen;
    if (r->stats->erased > 0)
        r->anew = true;
    r->held = arena_grow(r->arena, r->held, old * sizeof *r->held, (old + 1) * sizeof *r->held);
    r->held[old] = (struct held_row){.run = r->number, .records = r->stats->fresh, .keys = r->stats->keys,
                                     .next_ordinal = r->next_ordinal, .ruleset = str_from(names_ruleset(r->names))};
    if (r->stats->erased > 0) {
        result = open_writer(r, err);
        for (size_t i = 0; i < old && result == 0; i++)
            result = held_each(index_held_path(r->node, r->arena, r->options->epoch, r->held[i].run), r->options->epoch, r->held[i].run,
                               r->held[i].records, r->node->keys, true, keep_seen, r, err);
    }
    if (result < 0 || !r->writer)
        return result;
    struct held_writer *w = r->writer;
    r->writer = NULL;
    if ((result = held_finish(w, err)) < 0)
        return result;
    r->add_held = true;
    if (r->anew) {
        r->held[0] = r->held[old];
        old = 0;
    }
    r->n_held = old + 1;
    return 0;
}

static int update_partner(struct run *r, const struct index_partner *partner, struct err *err)
{
    struct map_row *rows;
    size_t n_rows, first = 0;
    int result = store_maps(r->node->db, r->arena, partner, r->options->epoch, &rows, &n_rows, err);
    if (result < 0)
        return result;
    int64_t newest = r->n_held ? r->held[r->n_held - 1].run : 0;
    bool base = n_rows == 0 || r->anew || n_rows > DELTAS_MAX;
    if (!base && rows[n_rows - 1].held_to >= newest)
        return 0;
    while (!base && first < r->n_held && r->held[first].run <= rows[n_rows - 1].held_to)
        first++;
    struct map_row *row = &r->maps[r->n_maps];
    *row = (struct map_row){.partner = *partner, .epoch = r->options->epoch, .run = r->number, .delta = base ? 0 : (int64_t)n_rows,
                            .held_to = newest};
    result = index_write_map(r->node, r->held + first, r->n_held - first, names_ruleset(r->names), row, r->stats, err);
    if (result == 0)
        r->n_maps++;
    return result;
}

static int write_maps(struct run *r, struct err *err)
{
    int64_t start = clock_monotonic_ns();
    int result = 0;
    r->maps = arena_array(r->arena, struct map_row, r->n_partners);
    for (size_t i = 0; i < r->n_partners && result == 0; i++)
        result = update_partner(r, &r->partners[i], err);
    r->stats->maps_s = (double)(clock_monotonic_ns() - start) / 1e9;
    return result;
}

/* Within the act: what was written becomes what counts. */
static int commit(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct run *r = arg;
    struct db *db = node->db;
    uint32_t epoch = r->options->epoch;
    int result = 0;
    /* maps of partners that this run was not for still have what is gone: those partners get none until their next run */
    if (r->anew && (result = store_held_drop(db, epoch, r->number, err)) == 0)
        result = store_maps_drop_all(db, epoch, err);
    if (result == 0 && r->add_held)
        result = store_held_add(db, epoch, &r->held[r->n_held - 1], err);
    for (size_t i = 0; i < r->n_maps && result == 0; i++) {
        if (r->maps[i].delta == 0)
            result = store_maps_drop(db, &r->maps[i].partner, epoch, err);
        if (result == 0)
            result = store_map_add(db, &r->maps[i], err);
    }
    if (result == 0)
        result = store_drop_other_epochs(db, epoch, err);
    act->detail = str_printf(r->arena, "{\"epoch\":%u,\"records\":%lld,\"fresh\":%lld,\"erased\":%lld,\"maps\":%zu}", epoch,
                             (long long)r->stats->records, (long long)r->stats->fresh, (long long)r->stats->erased, r->n_maps);
    return result;
}

static int make_folders(struct run *r, struct err *err)
{
    int result = file_mkdir(node_path(r->node, r->arena, "maps"), NULL, err);
    if (result == 0)
        result = file_mkdir(node_path(r->node, r->arena, "maps/held"), NULL, err);
    for (size_t i = 0; i < r->n_partners && result == 0; i++) {
        str hex = hex_encode(r->arena, (bytes){r->partners[i].id, ID_LEN});
        result = file_mkdir(node_path(r->node, r->arena, str_printf(r->arena, "maps/%s", hex.p).p), NULL, err);
    }
    return result;
}

/* One run at a time: two would write the same files. The lock goes with the process, however that ends. */
static int take_lock(struct run *r, int *fd, struct err *err)
{
    const char *path = node_path(r->node, r->arena, "maps/held/lock");
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE_PRIVATE);
    if (*fd < 0)
        return err_errno(err, ERR_IO, errno, "%s: cannot be opened", path);
    if (flock(*fd, LOCK_EX | LOCK_NB) < 0)
        return err_set(err, ERR_EXISTS, "%s: another run of the index is under way: wait until it has ended", r->node->dir);
    return 0;
}

int index_build(struct node *node, const struct names *names, const struct index_partner partners[], size_t n_partners,
                const struct index_options *options, struct index_stats *stats, struct err *err)
{
    struct run r = {.node = node, .names = names, .options = options, .stats = stats, .arena = arena_new(), .partners = partners,
                    .n_partners = n_partners};
    struct act act = {.verb = VERB_INDEX, .actor = options->actor, .now_ms = options->now_ms};
    int lock = -1, result;
    *stats = (struct index_stats){0};
    if ((result = make_folders(&r, err)) < 0 || (result = take_lock(&r, &lock, err)) < 0 ||
        (result = store_newest_run(node->db, options->epoch, &r.number, err)) < 0)
        goto out;
    r.number++;
    if ((result = load_held(&r, err)) < 0 || (result = evaluate_fresh(&r, err)) < 0 || (result = finish_held(&r, err)) < 0)
        goto out;
    for (size_t i = 0; i < r.n_held; i++)
        stats->records += r.held[i].records;
    if ((result = write_maps(&r, err)) < 0)
        goto out;
    result = act_run(node, &act, commit, &r, err);
    if (result == 0)
        result = index_sweep(node, partners, n_partners, err);
out:
    held_abandon(r.writer);
    evaluator_free(r.evaluator);
    free(r.known.slots);
    if (lock >= 0)
        close(lock);
    arena_free(r.arena);
    return result;
}

/* ---- files ---- */

const char *index_held_path(const struct node *node, struct arena *a, uint32_t epoch, int64_t run)
{
    return node_path(node, a, str_printf(a, "maps/held/%u-%lld.held", epoch, (long long)run).p);
}

const char *index_map_path(const struct node *node, struct arena *a, const struct index_partner *partner, uint32_t epoch, int64_t run)
{
    str hex = hex_encode(a, (bytes){partner->id, ID_LEN});
    return node_path(node, a, str_printf(a, "maps/%s/%u-%lld.map", hex.p, epoch, (long long)run).p);
}

/* Removes every file in the folder that ends in ending, or in ending and ".tmp", and is not among keep. */
static int sweep_folder(const char *folder, str ending, const char *const keep[], size_t n, struct arena *a, struct err *err)
{
    DIR *d = opendir(folder);
    if (!d)
        return err_errno(err, ERR_IO, errno, "%s: cannot be opened as a folder", folder);
    for (struct dirent *entry; (entry = readdir(d));) {
        str name = str_from(entry->d_name);
        bool wanted = !str_ends(name, ending) && !str_ends(name, str_printf(a, "%.*s.tmp", STR_ARG(ending)));
        const char *path = str_printf(a, "%s/%s", folder, entry->d_name).p;
        for (size_t i = 0; i < n && !wanted; i++)
            wanted = strcmp(path, keep[i]) == 0;
        if (!wanted)
            unlink(path);
    }
    closedir(d);
    return 0;
}

int index_sweep(struct node *node, const struct index_partner partners[], size_t n, struct err *err)
{
    struct arena *a = arena_new();
    uint32_t epoch;
    bool any;
    struct held_row *held;
    size_t n_held;
    int result = store_newest_epoch(node->db, &epoch, &any, err);
    if (result < 0 || !any || (result = store_held(node->db, a, epoch, &held, &n_held, err)) < 0)
        goto out;
    const char **keep = arena_array(a, const char *, n_held);
    for (size_t i = 0; i < n_held; i++)
        keep[i] = index_held_path(node, a, epoch, held[i].run);
    result = sweep_folder(node_path(node, a, "maps/held"), STR(".held"), keep, n_held, a, err);
    for (size_t p = 0; p < n && result == 0; p++) {
        struct map_row *rows;
        size_t n_rows;
        if ((result = store_maps(node->db, a, &partners[p], epoch, &rows, &n_rows, err)) < 0)
            break;
        keep = arena_array(a, const char *, n_rows);
        for (size_t i = 0; i < n_rows; i++)
            keep[i] = index_map_path(node, a, &partners[p], epoch, rows[i].run);
        str hex = hex_encode(a, (bytes){partners[p].id, ID_LEN});
        result = sweep_folder(node_path(node, a, str_printf(a, "maps/%s", hex.p).p), STR(".map"), keep, n_rows, a, err);
    }
out:
    arena_free(a);
    return result;
}

/* ---- questions from the rooms above ---- */

int index_maps(const struct node *node, struct arena *a, const struct index_partner *partner, struct index_map **out, size_t *n, struct err *err)
{
    uint32_t epoch;
    bool any;
    struct map_row *rows;
    *n = 0;
    int result = store_newest_epoch_of(node->db, partner, &epoch, &any, err);
    if (result < 0 || !any || (result = store_maps(node->db, a, partner, epoch, &rows, n, err)) < 0)
        return result;
    *out = arena_array(a, struct index_map, *n);
    for (size_t i = 0; i < *n; i++) {
        (*out)[i] = (struct index_map){.path = index_map_path(node, a, partner, epoch, rows[i].run), .epoch = epoch,
                                       .delta = (uint32_t)rows[i].delta, .size = rows[i].size};
        memcpy((*out)[i].digest, rows[i].digest, HASH_LEN);
    }
    return 0;
}

int index_current(const struct node *node, uint32_t *epoch, struct err *err)
{
    bool any;
    int result = store_newest_epoch(node->db, epoch, &any, err);
    if (result == 0 && !any)
        return err_set(err, ERR_NOT_FOUND, "%s: there are no answer maps yet: run comity index %s", node->dir, node->dir);
    return result;
}

struct search_ordinal {
    uint32_t ordinal;
    struct vault_id *id;
    bool found;
};

static int match_ordinal(const struct held_chunk *chunk, void *arg, struct err *err)
{
    (void)err;
    struct search_ordinal *s = arg;
    for (size_t i = 0; i < chunk->n; i++) {
        if (chunk->records[i].ordinal == s->ordinal) {
            *s->id = chunk->records[i].id;
            s->found = true;
        }
    }
    return 0;
}

int index_resolve(const struct node *node, const struct index_partner *partner, uint32_t epoch, uint32_t handle, struct vault_id *id,
                  struct err *err)
{
    struct arena *a = arena_new();
    struct index_handles handles;
    struct search_ordinal s = {.id = id};
    struct held_row *held;
    size_t n = 0;
    int result = index_handles_open(&handles, node->keys, partner, epoch, err);
    if (result == 0) {
        s.ordinal = index_ordinal(&handles, handle);
        crypto_wipe(&handles, sizeof handles);
        result = store_held(node->db, a, epoch, &held, &n, err);
    }
    for (size_t i = 0; i < n && result == 0 && !s.found; i++)
        result = held_each(index_held_path(node, a, epoch, held[i].run), epoch, held[i].run, held[i].records, node->keys, false,
                           match_ordinal, &s, err);
    if (result == 0 && !s.found)
        result = err_set(err, ERR_NOT_FOUND, "no record has this handle in epoch %u; it may have been erased", epoch);
    arena_free(a);
    return result;
}
