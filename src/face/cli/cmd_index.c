/* comity index: brings the answer maps for partners up to date. */
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/match/index.h"
#include "trust/peer/partner.h"

#define THREADS_MAX 16

const struct cli_option index_options[] = {
    {"partner", "P", "only this partner's maps (name as `comity partners` lists it; default: every partner)"},
    {"threads", "N", "how many threads share the arithmetic, 1 to 16 (default: one for each processor)"},
    {0},
};

const char index_help[] =
    "Evaluates the keys of every person that is new since the last run and writes what each partner may look up.\n"
    "A serving node does so by itself when records are new and when the month's keys change; run it to have it at once, or where\n"
    "nothing serves. A run that is stopped leaves the maps as they were. Serving goes on meanwhile.\n";

static int set_threads(struct cli *cli)
{
    const char *given = cli_option(cli, "threads");
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t n = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : online;
    if (given && !str_to_int(str_from(given), 1, THREADS_MAX, &n))
        return cli_usage(cli, "--threads takes a number from 1 to %d", THREADS_MAX);
    oprf_threads((unsigned)n);
    return 0;
}

/* The partners whose maps are wanted: the one named, or all that are active. */
static int wanted_partners(struct cli *cli, struct node *node, struct index_partner **out, size_t *n)
{
    const char *name = cli_option(cli, "partner");
    struct partner one, *all = &one;
    size_t n_all = 1;
    int result = name ? partner_find(node->db, cli->arena, str_from(name), &one, &cli->err)
                      : partner_list(node->db, cli->arena, &all, &n_all, &cli->err);
    if (result < 0)
        return result;
    *out = arena_array(cli->arena, struct index_partner, n_all);
    *n = 0;
    for (size_t i = 0; i < n_all; i++) {
        if (all[i].status != PARTNER_ACTIVE && name)
            return err_set(&cli->err, ERR_DENIED, "the partner is stopped: it gets no answer maps");
        if (all[i].status == PARTNER_ACTIVE)
            memcpy((*out)[(*n)++].id, all[i].id, ID_LEN);
    }
    return 0;
}

static void show_progress(int64_t done, int64_t all, void *arg)
{
    (void)all;
    progress_at(arg, done);
}

static void write_json(struct buf *text, const struct index_options *o, const struct index_stats *s, size_t n_partners)
{
    struct out out = out_json(text);
    out_object(&out, NULL);
    out_int(&out, "epoch", o->epoch);
    out_int(&out, "partners", (int64_t)n_partners);
    out_int(&out, "records", s->records);
    out_int(&out, "fresh", s->fresh);
    out_int(&out, "erased", s->erased);
    out_int(&out, "keys", s->keys);
    out_int(&out, "evaluated", s->evaluated);
    out_int(&out, "common_keys_dropped", s->common);
    out_int(&out, "maps", s->maps);
    out_int(&out, "map_bytes", s->map_bytes);
    out_int(&out, "map_keys", s->map_keys);
    out_object(&out, "seconds");
    out_double(&out, "reading", s->read_s, 3);
    out_double(&out, "names_to_keys", s->keys_s, 3);
    out_double(&out, "curve", s->curve_s, 3);
    out_double(&out, "keeping", s->keep_s, 3);
    out_double(&out, "maps", s->maps_s, 3);
    out_end(&out);
    out_end(&out);
}

static void write_text(struct buf *text, const struct index_options *o, const struct index_stats *s, size_t n_partners)
{
    double other = s->read_s + s->keys_s + s->keep_s + s->maps_s, all = other + s->curve_s;
    buf_addf(text, "%lld persons are in the index of epoch %u: %lld new, %lld erased since the last run\n", (long long)s->records, o->epoch,
             (long long)s->fresh, (long long)s->erased);
    if (s->maps > 0)
        buf_addf(text, "%lld maps written, %lld bytes, %.1f bits a key; %lld keys left out because too many persons share them\n",
                 (long long)s->maps, (long long)s->map_bytes, s->map_keys ? 8.0 * (double)s->map_bytes / (double)s->map_keys : 0.0,
                 (long long)s->common);
    else if (n_partners > 0)
        buf_addf(text, "every partner's maps were up to date\n");
    else
        buf_addf(text, "no partner yet, so no map: pair with one (comity pair), then run this again; it will take seconds\n");
    if (s->fresh > 0)
        buf_addf(text, "%.1f s, of which %.1f s curve arithmetic for %lld keys and %.1f s (%.0f %%) all else\n", all, s->curve_s,
                 (long long)s->evaluated, other, 100 * other / all);
}

int cmd_index(struct cli *cli)
{
    int result = cli_args(cli, 1, 1);
    struct node *node = NULL;
    struct names *names = NULL;
    if (result < 0 || (result = set_threads(cli)) < 0 || (result = cli_node_open(cli, cli->args[0], &node)) < 0)
        return result;
    struct index_partner *partners;
    size_t n;
    int64_t persons;
    struct index_stats stats;
    struct actor actor = act_operator(cli->arena);
    struct index_options options = {.actor = &actor, .now_ms = clock_now_ms(), .progress = show_progress};
    options.epoch = index_epoch(options.now_ms);
    if ((result = wanted_partners(cli, node, &partners, &n)) < 0 || (result = names_open(&names, &cli->err)) < 0 ||
        (result = vault_count(node->vault, node->db, VAULT_IDENTITY, &persons, &cli->err)) < 0)
        goto out;
    struct progress *bar = progress_start(cli->arena, "index", persons, "persons");
    options.progress_arg = bar;
    result = index_build(node, names, partners, n, &options, &stats, &cli->err);
    progress_end(bar);
    if (result < 0)
        goto out;
    struct buf text = buf_new(cli->arena);
    if (cli->json)
        write_json(&text, &options, &stats, n);
    else
        write_text(&text, &options, &stats, n);
    result = cli_print(cli, buf_str(&text));
out:
    names_close(names);
    node_close(node);
    return result;
}
