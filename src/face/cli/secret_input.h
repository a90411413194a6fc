/* secret_input: what a person types that nobody else may see: passphrases, shares. Not echoed, kept in secret memory.
 *
 *     struct secret_text text;
 *     if (secret_input(cli, cli_option(cli, "passphrase-file"), "passphrase", &text) == 0) { use(text.text); secret_input_free(&text); }
 */
#ifndef COMITY_CLI_SECRET_INPUT_H
#define COMITY_CLI_SECRET_INPUT_H

#include "face/cli/cli.h"

#define SECRET_INPUT_MAX 1024

struct secret_text { str text; char *memory; };

/* From the first line of file ("-": standard input), or, without file, asked for on the terminal as "what: ".
 * ERR_USAGE when there is neither; the error is in cli->err. */
MUST_USE int secret_input(struct cli *cli, const char *file, const char *what, struct secret_text *out);
void secret_input_free(struct secret_text *t); /* wipes; harmless when nothing was read */

#endif
