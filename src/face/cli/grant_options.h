/* grant_options: what a person says of what a partner may do with a letter; the same words in every command that gives or passes on.
 *
 *     const struct cli_option send_options[] = {{"kind", "KIND", "..."}, GRANT_OPTIONS, {0}};
 *     struct grant g;
 *     int r = grant_options_read(cli, NULL, now_ms, &g);
 */
#ifndef COMITY_GRANT_OPTIONS_H
#define COMITY_GRANT_OPTIONS_H

#include "face/cli/cli.h"
#include "trust/grant/grant.h"

#define GRANT_DAYS_DEFAULT 90

#define GRANT_TERM_OPTIONS                                                                                                     \
    {"handling", "CODE", "H0 free within the purpose, H1 not in court, H2 not to be passed on, H3 reading only (default H1)"}, \
    {"conditions", "TEXT", "with H3: what must be met first, in words"},                                                       \
    {"evaluation", "AA", "4x4: source A, B, C or X, and information 1 to 4, such as B2 (default X4: a lead, no evidence)"},    \
    {"tlp", "COLOUR", "clear, green, amber, amber+strict or red (default amber)"},                                             \
    {"expires", "DATE", "the last day, YYYY-MM-DD in UTC (default 90 days on)"}
#define GRANT_OPTIONS                                                                                                          \
    GRANT_TERM_OPTIONS, {"fields", "LIST", "the members of a JSON object that may be used, with commas between (default all)"}

/* Whether any of them was given. */
bool grant_options_given(const struct cli *cli);
/* Fills the terms; the rest of *out is zero. parent: what it is passed on or changed from, whose terms are the default (NULL: those
 * above). ERR_USAGE says which option. Strings borrow from the command line or from parent. */
MUST_USE int grant_options_read(struct cli *cli, const struct grant *parent, int64_t now_ms, struct grant *out);

#endif
