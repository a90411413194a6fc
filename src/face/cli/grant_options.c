#include "face/cli/grant_options.h"

#include <string.h>

#define DAY_MS (24LL * 3600 * 1000)

static const char *const option_names[] = {"handling", "conditions", "evaluation", "tlp", "fields", "expires"};

bool grant_options_given(const struct cli *cli)
{
    for (size_t i = 0; i < sizeof option_names / sizeof option_names[0]; i++)
        if (cli_option(cli, option_names[i]))
            return true;
    return false;
}

/* The place of the option's word in a table, or as it is. */
static int one_of(struct cli *cli, const char *option, const char *const *names, unsigned *out)
{
    const char *typed = cli_option(cli, option);
    if (!typed)
        return 0;
    struct buf known = buf_new(cli->arena);
    for (unsigned i = 0; names[i]; i++) {
        if (str_eq_nocase(str_from(typed), str_from(names[i]))) {
            *out = i;
            return 0;
        }
        buf_addf(&known, "%s%s", i ? ", " : "", names[i]);
    }
    return cli_usage(cli, "--%s is one of %s", option, buf_str(&known).p);
}

static int evaluation(struct cli *cli, struct grant *out)
{
    const char *typed = cli_option(cli, "evaluation");
    if (!typed)
        return 0;
    if (strlen(typed) != 2 || !strchr("ABCX", typed[0]) || !strchr("1234", typed[1]))
        return cli_usage(cli, "--evaluation is a letter of A, B, C, X and a number of 1 to 4, such as B2");
    out->source = typed[0];
    out->information = typed[1];
    return 0;
}

/* The end of that day. */
static int expiry(struct cli *cli, int64_t now_ms, struct grant *out)
{
    const char *typed = cli_option(cli, "expires");
    int64_t begins;
    if (!typed)
        return 0;
    if (!clock_parse(str_printf(cli->arena, "%sT00:00:00.000Z", typed), &begins))
        return cli_usage(cli, "--expires is a day, written YYYY-MM-DD");
    out->expires_ms = begins + DAY_MS;
    if (out->expires_ms <= now_ms || out->expires_ms - now_ms > GRANT_LIFE_MAX_MS)
        return cli_usage(cli, "--expires must lie ahead, at most five years");
    return 0;
}

int grant_options_read(struct cli *cli, const struct grant *parent, int64_t now_ms, struct grant *out)
{
    *out = (struct grant){.fields = STR("all"), .handling = GRANT_H1, .source = 'X', .information = '4', .tlp = GRANT_TLP_AMBER,
                          .expires_ms = now_ms + GRANT_DAYS_DEFAULT * DAY_MS};
    if (parent)
        *out = (struct grant){.purpose = parent->purpose, .fields = parent->fields, .handling = parent->handling,
                              .handling_words = parent->handling_words, .source = parent->source, .information = parent->information,
                              .tlp = parent->tlp, .expires_ms = parent->expires_ms};
    unsigned handling = out->handling, tlp = out->tlp;
    if (one_of(cli, "handling", grant_handling_names, &handling) < 0 || one_of(cli, "tlp", grant_tlp_names, &tlp) < 0 ||
        evaluation(cli, out) < 0 || expiry(cli, now_ms, out) < 0)
        return cli->err.code;
    out->handling = handling;
    out->tlp = tlp;
    if (handling != GRANT_H3)
        out->handling_words = STR("");
    if (cli_option(cli, "conditions"))
        out->handling_words = str_from(cli_option(cli, "conditions"));
    if ((out->handling_words.len > 0) != (handling == GRANT_H3))
        return cli_usage(cli, "--handling H3 and --conditions go together: say in words what must be met first");
    if (cli_option(cli, "fields"))
        out->fields = str_from(cli_option(cli, "fields"));
    return 0;
}
