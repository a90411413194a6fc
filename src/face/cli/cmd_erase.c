/* comity erase: a person is erased from the node: record, details of the acts on it, search index, freed pages. */
#include <dirent.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "face/web/erasure.h"

const struct cli_option erase_options[] = {
    {"reason", "TEXT", "why the person is erased; kept sealed in the log"},
    {0},
};

const char erase_help[] =
    "ID is the 32 letters and digits that `comity search` shows. Deletes the record with its key, the sealed details of all\n"
    "acts on it, and its place in the search index, and rewrites the database so that no deleted page holds it. The log keeps\n"
    "that an erasure happened, not of whom. Partners' answer maps go without it from the next `comity index` on. Copies in\n"
    "backups are yours to expire.\n";

/* The node's own answer maps and evaluations, which were made while the person was there: names relative to DIR. */
static void maps_of(struct cli *cli, struct node *node, struct buf *list, size_t *n)
{
    const char *maps = node_path(node, cli->arena, "maps");
    DIR *outer = opendir(maps);
    for (struct dirent *partner; outer && (partner = readdir(outer));) {
        if (partner->d_name[0] == '.' || str_eq(str_from(partner->d_name), STR("from"))) /* from: partners' maps for us */
            continue;
        DIR *inner = opendir(str_printf(cli->arena, "%s/%s", maps, partner->d_name).p);
        for (struct dirent *file; inner && (file = readdir(inner));) {
            str name = str_from(file->d_name);
            if (!str_ends(name, STR(".map")) && !str_ends(name, STR(".held")))
                continue;
            buf_addf(list, "%smaps/%s/%s", *n ? "\n" : "", partner->d_name, file->d_name);
            ++*n;
        }
        if (inner)
            closedir(inner);
    }
    if (outer)
        closedir(outer);
}

static int report(struct cli *cli, struct node *node, int64_t leaf)
{
    size_t n = 0;
    struct buf maps = buf_new(cli->arena), text = buf_new(cli->arena);
    maps_of(cli, node, &maps, &n);
    str rest = buf_str(&maps), one;
    if (cli->json) {
        struct out o = out_json(&text);
        out_object(&o, NULL);
        out_text(&o, "erased", str_from(cli->args[1]));
        out_int(&o, "leaf", leaf);
        out_array(&o, "until_next_index");
        while (n && str_split(&rest, '\n', &one))
            out_text(&o, NULL, one);
        out_end(&o);
        out_end(&o);
        return cli_print(cli, buf_str(&text));
    }
    buf_addf(&text, "erased from the records, the search index and the database's freed pages; leaf %lld says so\n", (long long)leaf);
    if (n) {
        buf_addf(&text, "masked keys of the person are still in these files until the next comity index %s:\n", cli->args[0]);
        while (str_split(&rest, '\n', &one))
            buf_addf(&text, "  %.*s\n", STR_ARG(one));
    }
    return cli_print(cli, buf_str(&text));
}

/* What follows the commit can fail on its own; the sentence must then say that the person is erased all the same. */
static int clean_up(struct cli *cli, struct node *node, const struct vault_id *id)
{
    int result = erase_clean(node, id, erase_rooms, &cli->err);
    if (result < 0)
        err_prefix(&cli->err, "the record is erased, but remains of it, sealed, may stay in the files; run the same command again");
    return result;
}

int cmd_erase(struct cli *cli)
{
    int result = cli_args(cli, 2, 2);
    struct node *node = NULL;
    struct vault_id id;
    const char *reason = cli_option(cli, "reason");
    if (result < 0)
        return result;
    if (!reason)
        return cli_usage(cli, "--reason is missing: an erasure has to be justified");
    if (!hex_decode_into(str_from(cli->args[1]), id.b, ID_LEN))
        return cli_usage(cli, "ID is %d letters and digits (0-9, a-f), as `comity search` shows it", 2 * ID_LEN);
    if ((result = cli_node_open(cli, cli->args[0], &node)) < 0)
        return result;
    struct actor actor = act_operator(cli->arena);
    struct act act = {.verb = VERB_ERASE, .actor = &actor, .reference = str_from(reason), .now_ms = clock_now_ms()};
    struct erase erase = {.id = id, .rooms = erase_rooms};
    result = act_run(node, &act, erase_person, &erase, &cli->err);
    int cleaned = result == 0 || result == ERR_NOT_FOUND ? clean_up(cli, node, &id) : result; /* not found: an erasure is finished */
    if (result == 0)
        result = cleaned < 0 ? cleaned : report(cli, node, act.leaf_index);
    node_close(node);
    return result;
}
