/* comity init: makes an agency's folder. */
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/text/when.h"

const struct cli_option init_options[] = {
    {"agency", "NAME", "the agency's name as partners will read it"},
    {"country", "ISO2", "its country, two capital letters (ISO 3166-1), such as KH"},
    {"kind", "KIND", "police, prosecutor, court, immigration, border, labour, shelter, ngo, health, social-services, embassy, international, oversight"},
    {"listen", "ADDR:PORT", "where serve answers partners (default " NODE_LISTEN_DEFAULT ")"},
    {"time-zone", "ZONE", "in which pages show times, such as Asia/Phnom_Penh (default: UTC)"},
    {"db", "URL", "sqlite:PATH or postgresql:CONNINFO (default: SQLite in the folder)"},
    {0},
};

const char init_help[] =
    "Makes DIR with new keys, settings and an empty database, or nothing at all.\n"
    "The file DIR/keys opens everything sealed in this node: keep a copy of it in another place than the data.\n";

static str given(const struct cli *cli, const char *name)
{
    return str_from(cli_option(cli, name));
}

int cmd_init(struct cli *cli)
{
    int result = cli_args(cli, 1, 1);
    if (result < 0)
        return result;
    static const char *const needed[] = {"agency", "country", "kind"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!cli_option(cli, needed[i]))
            return cli_usage(cli, "--%s is missing", needed[i]);
    const char *dir = cli->args[0];
    struct node_settings settings = {
        .agency = {given(cli, "agency"), given(cli, "country"), given(cli, "kind")},
        .db_url = cli_option(cli, "db"),
        .listen = given(cli, "listen"),
        .time_zone = given(cli, "time-zone"),
    };
    struct when *checked = NULL;
    if ((result = when_open(cli->arena, "en", settings.time_zone, &checked, &cli->err)) < 0)
        return result;
    when_close(checked);
    if ((result = crypto_open(&cli->err)) < 0 || (result = node_create(dir, &settings, clock_now_ms(), &cli->err)) < 0)
        return result;

    struct node *node;
    if ((result = cli_node_open(cli, dir, &node)) < 0)
        return result;
    str vkey = log_vkey(node->log, cli->arena);
    struct buf text = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&text);
        out_object(&o, NULL);
        out_text(&o, "folder", str_from(dir));
        out_text(&o, "agency", node->agency.name);
        out_text(&o, "country", node->agency.country);
        out_text(&o, "kind", node->agency.kind);
        out_text(&o, "listen", node->listen);
        out_text(&o, "log_key", vkey);
        out_end(&o);
    } else {
        buf_addf(&text, "%s: a node for %.*s (%.*s, %.*s)\n", dir, STR_ARG(node->agency.name), STR_ARG(node->agency.country),
                 STR_ARG(node->agency.kind));
        buf_addf(&text, "its log is verified with %.*s\n", STR_ARG(vkey));
        buf_addf(&text, "next: comity import %s FILE.csv, then comity pair %s invite\n", dir, dir);
    }
    node_close(node);
    return cli_print(cli, buf_str(&text));
}
