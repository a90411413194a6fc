/* commands: what main.c puts into the table of commands: one function, its options and its longer help text each, from
 * cmd_*.c. Sorted; a group for each file.
 */
#ifndef COMITY_CLI_COMMANDS_H
#define COMITY_CLI_COMMANDS_H

#include "face/cli/cli.h"

/* cmd_index.c */
int cmd_index(struct cli *cli);
extern const struct cli_option index_options[];
extern const char index_help[];

/* cmd_init.c */
int cmd_init(struct cli *cli);
extern const struct cli_option init_options[];
extern const char init_help[];

/* cmd_link.c */
int cmd_link(struct cli *cli);
extern const struct cli_option link_options[];
extern const char link_help[];

/* cmd_log.c */
int cmd_log_head(struct cli *cli);
int cmd_log_verify(struct cli *cli);
int cmd_log_proof(struct cli *cli);
int cmd_log_show(struct cli *cli);
extern const struct cli_option log_head_options[], log_verify_options[], log_proof_options[], log_show_options[];
extern const char log_head_help[], log_verify_help[], log_proof_help[], log_show_help[];

#endif
