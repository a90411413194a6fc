/* comity keys: the node's keys: locked or not, by what they are opened, and new ones. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "face/cli/secret_input.h"
#include "ground/crypto/keyfile.h"
#include "trust/letter/post.h"
#include "trust/peer/pair.h"

#define IDLE_MINUTES_MAX (7 * 24 * 60)

#define OPENING_OPTIONS \
    {"passphrase-file", "FILE", "read the passphrase from its first line (- for standard input) instead of asking"}, \
    {"share", "FILE", "open with shares: give it twice, each a file with one share (- for standard input)"}, \
    {"shares", NULL, "open with shares, and ask for two of them"}

const struct cli_option keys_unlock_options[] = {
    OPENING_OPTIONS,
    {"idle", "MINUTES", "lock by itself when nothing has used the keys for so long (default: never)"},
    {0},
};
const struct cli_option keys_protect_options[] = {
    {"new-passphrase-file", "FILE", "read the new passphrase from its first line instead of asking for it twice"},
    OPENING_OPTIONS,
    {0},
};
const struct cli_option keys_split_options[] = {
    {"out", "FOLDER", "write share-1.txt, share-2.txt and share-3.txt there instead of showing them"},
    OPENING_OPTIONS,
    {0},
};

const struct cli_option keys_rotate_options[] = {
    {"transport", NULL, "make a new transport key instead; partners must confirm it before anything travels again"},
    {0},
};

const char keys_help[] = "Says how the keys are protected and whether they are locked now. Looks at the folder only.\n";
const char keys_protect_help[] =
    "From now on a passphrase opens the keys: at least 10 bytes; four or five words that nobody knows are good. Where there\n"
    "are shares they stay good. Whoever forgets the passphrase and has no shares has lost the node: nobody can help.\n";
const char keys_unlock_help[] =
    "Starts the process that holds the keys and answers the other commands of this user until it is locked. It takes most of\n"
    "a second, on purpose: so does every guess.\n";
const char keys_lock_help[] = "Wipes the keys at once, whatever else is going on. A server that is running goes on when they are unlocked again.\n";
const char keys_split_help[] =
    "Makes three shares, of which any two open the keys; one alone says nothing. Give them to three people who do not sit\n"
    "together. A new split makes the shares of before worthless. A passphrase that is set stays good.\n";
const char keys_rotate_help[] =
    "Makes a new letter key now, and deletes those whose last letter has long been received; by itself this happens every\n"
    "month. Partners hear of it within the hour they are reached. The keys of blind matching change with each new epoch of\n"
    "`comity index`.\n";

static const char *key_path(struct cli *cli)
{
    return str_printf(cli->arena, "%s/keys", cli->args[0]).p;
}

/* Arguments, crypto and the key file; *root is secret memory that the caller frees in any case. */
static int begin(struct cli *cli, struct keyfile *file, uint8_t **root)
{
    *root = NULL;
    int r = cli_args(cli, 1, 1);
    if (r < 0 || (r = crypto_open(&cli->err)) < 0)
        return r;
    *root = secret_alloc(KEYFILE_ROOT_LEN);
    return keyfile_read(key_path(cli), file, *root, &cli->err);
}

static int read_share(struct cli *cli, const char *from, const char *what, struct share *out)
{
    struct secret_text text = {0};
    int r = secret_input(cli, from, what, &text);
    if (r == 0)
        r = share_parse(text.text, out, &cli->err);
    if (r == ERR_INPUT)
        err_prefix(&cli->err, "the %s", what);
    secret_input_free(&text);
    return r;
}

static int open_by_shares(struct cli *cli, const struct keyfile *file, uint8_t *root)
{
    const char *first = cli_option_nth(cli, "share", 0), *second = cli_option_nth(cli, "share", 1);
    if ((first && !second) || cli_option_nth(cli, "share", 2))
        return cli_usage(cli, "--share is given twice: any two of the three open the keys");
    struct share *s = secret_alloc(2 * sizeof *s);
    int r = read_share(cli, first, "first share", &s[0]);
    if (r == 0)
        r = read_share(cli, second, "second share", &s[1]);
    if (r == 0)
        r = keyfile_open_shares(file, &s[0], &s[1], root, &cli->err);
    secret_free(s);
    return r;
}

static int open_by_passphrase(struct cli *cli, const struct keyfile *file, uint8_t *root)
{
    struct secret_text text = {0};
    int r = secret_input(cli, cli_option(cli, "passphrase-file"), "passphrase", &text);
    if (r == 0)
        r = keyfile_open_passphrase(file, text.text, root, &cli->err);
    secret_input_free(&text);
    return r;
}

/* The root, by whatever opens it: nothing, shares, the passphrase. */
static int open_root(struct cli *cli, const struct keyfile *file, uint8_t *root)
{
    if (!file->passphrase && !file->shares)
        return 0;
    bool by_shares = cli_option(cli, "share") || cli_option(cli, "shares") || !file->passphrase;
    return by_shares ? open_by_shares(cli, file, root) : open_by_passphrase(cli, file, root);
}

/* An act of its own in the node's log, while the keys are within reach. */
static int log_it(struct cli *cli, struct node *node, const char *what)
{
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_KEYS, .actor = &operator, .now_ms = clock_now_ms(), .detail = str_from(what)};
    return act_run(node, &act, NULL, NULL, &cli->err);
}

static int say(struct cli *cli, const char *key, bool value, const char *words)
{
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_bool(&o, key, value);
        out_end(&o);
    } else {
        buf_addf(&b, "%s\n", words);
    }
    return cli_print(cli, buf_str(&b));
}

int cmd_keys(struct cli *cli)
{
    struct keyfile file;
    uint8_t *root;
    int r = begin(cli, &file, &root);
    secret_free(root);
    if (r < 0)
        return r;
    bool bare = !file.passphrase && !file.shares, unlocked = bare || keyring_agent_there(key_path(cli));
    struct buf b = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        out_bool(&o, "passphrase", file.passphrase);
        out_bool(&o, "shares", file.shares);
        out_bool(&o, "locked", !unlocked);
        out_end(&o);
    } else if (bare) {
        buf_addf(&b, "not protected: whoever has the disk has the keys. Protect them: comity keys %s protect\n", cli->args[0]);
    } else {
        buf_addf(&b, "%s; opened by %s%s%s\n", unlocked ? "unlocked" : "locked", file.passphrase ? "a passphrase" : "",
                 file.passphrase && file.shares ? ", or by " : "", file.shares ? "any two of three shares" : "");
    }
    return cli_print(cli, buf_str(&b));
}

/* Asked twice on a terminal. */
static int new_passphrase(struct cli *cli, struct secret_text *out)
{
    const char *from = cli_option(cli, "new-passphrase-file");
    struct secret_text again = {0};
    int r = secret_input(cli, from, "new passphrase", out);
    if (r == 0 && !from) {
        r = secret_input(cli, NULL, "once more", &again);
        if (r == 0 && (again.text.len != out->text.len || !crypto_equal(again.text.p, out->text.p, out->text.len)))
            r = err_set(&cli->err, ERR_INPUT, "those are two different passphrases: nothing was changed");
    }
    secret_input_free(&again);
    return r;
}

/* What protect and split share: the root is opened, fn changes the file, the change is logged, and then made. */
static int change(struct cli *cli, int (*fn)(struct cli *cli, struct keyfile *file, const uint8_t *root, void *arg), void *arg, const char *what)
{
    struct keyfile file;
    struct node *node = NULL;
    uint8_t *root;
    int r = begin(cli, &file, &root);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0 && (r = open_root(cli, &file, root)) == 0 && (r = fn(cli, &file, root, arg)) == 0 && (r = log_it(cli, node, what)) == 0)
        r = keyfile_write(key_path(cli), &file, root, &cli->err);
    node_close(node);
    secret_free(root);
    return r;
}

static int set_passphrase(struct cli *cli, struct keyfile *file, const uint8_t *root, void *arg)
{
    (void)arg;
    struct secret_text text = {0};
    int r = new_passphrase(cli, &text);
    if (r == 0)
        r = keyfile_set_passphrase(file, text.text, root, &cli->err);
    secret_input_free(&text);
    return r;
}

int cmd_keys_protect(struct cli *cli)
{
    int r = change(cli, set_passphrase, NULL, "a passphrase was set");
    return r < 0 ? r : say(cli, "protected", true, "The passphrase opens the keys from now on. They are locked until: comity keys DIR unlock");
}

static int set_shares(struct cli *cli, struct keyfile *file, const uint8_t *root, void *arg)
{
    (void)cli;
    keyfile_set_shares(file, root, arg);
    return 0;
}

static int write_shares(struct cli *cli, const char *folder, const struct share shares[static SHARE_N])
{
    char *text = secret_alloc(SHARE_TEXT_MAX + 1);
    int r = file_mkdir(folder, NULL, &cli->err);
    for (int i = 0; i < SHARE_N && r == 0; i++) {
        share_format(&shares[i], text);
        size_t len = strlen(text);
        text[len] = '\n';
        r = file_write(str_printf(cli->arena, "%s/share-%d.txt", folder, i + 1).p, (bytes){(const uint8_t *)text, len + 1}, FILE_MODE_PRIVATE,
                       &cli->err);
    }
    secret_free(text);
    return r;
}

/* Straight to standard output: a share passes through no arena. */
static int show_shares(struct cli *cli, const struct share shares[static SHARE_N])
{
    char *text = secret_alloc(SHARE_TEXT_MAX);
    printf(cli->json ? "{\"shares\":[" : "Three shares; any two open the keys. They are shown this once: write each on its own paper.\n");
    for (int i = 0; i < SHARE_N; i++) {
        share_format(&shares[i], text);
        printf(cli->json ? "%s\"%s\"" : "%s\n  %s\n", cli->json ? (i ? "," : "") : i == 0 ? "\n1" : i == 1 ? "\n2" : "\n3", text);
    }
    printf(cli->json ? "]}\n" : "\nThe keys are locked until: comity keys %s unlock\n", cli->args[0]);
    secret_free(text);
    return fflush(stdout) == 0 ? 0 : err_set(&cli->err, ERR_IO, "the shares could not be shown, and they are set: split again");
}

int cmd_keys_split(struct cli *cli)
{
    const char *folder = cli_option(cli, "out");
    int r = crypto_open(&cli->err);
    if (r < 0)
        return r;
    struct share *shares = secret_alloc(SHARE_N * sizeof *shares);
    r = change(cli, set_shares, shares, "three shares were made");
    if (r == 0)
        r = folder ? write_shares(cli, folder, shares) : show_shares(cli, shares);
    if (r == 0 && folder)
        r = say(cli, "split", true, "Three shares are written. The keys are locked until: comity keys DIR unlock");
    secret_free(shares);
    return r;
}

int cmd_keys_unlock(struct cli *cli)
{
    struct keyfile file;
    struct node *node = NULL;
    int64_t idle = 0;
    const char *minutes = cli_option(cli, "idle");
    uint8_t *root;
    int r = begin(cli, &file, &root);
    if (r == 0 && minutes && !str_to_int(str_from(minutes), 1, IDLE_MINUTES_MAX, &idle))
        r = cli_usage(cli, "--idle is a number of minutes, 1 to %d", IDLE_MINUTES_MAX);
    if (r == 0 && !file.passphrase && !file.shares)
        r = err_set(&cli->err, ERR_USAGE, "these keys are not protected, so there is nothing to unlock: comity keys %s protect", cli->args[0]);
    if (r == 0 && keyring_agent_there(key_path(cli)))
        r = err_set(&cli->err, ERR_EXISTS, "the keys are unlocked already");
    if (r == 0 && (r = open_root(cli, &file, root)) == 0)
        r = keyring_agent_start(key_path(cli), root, idle * 60 * 1000, &cli->err);
    secret_free(root);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0)
        r = log_it(cli, node, "the keys were unlocked");
    node_close(node);
    return r < 0 ? r : say(cli, "locked", false, "unlocked");
}

/* Needs the socket alone: a database that is busy or broken does not keep the keys in memory. So it leaves no leaf; unlocking does. */
int cmd_keys_lock(struct cli *cli)
{
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = keyring_agent_lock(key_path(cli), &cli->err);
    return r < 0 ? r : say(cli, "locked", true, "locked");
}

static int rotate(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->detail = STR("a new letter key");
    return post_key_rotate(node, act->now_ms, arg, err);
}

/* The act first: that a key was replaced is in the log even if the replacing is cut short. */
static int rotate_transport(struct cli *cli, struct node *node)
{
    struct http_identity identity;
    int r = log_it(cli, node, "a new transport key");
    if (r == 0)
        r = pair_identity_replace(node, cli->arena, clock_now_ms(), &identity, &cli->err);
    return r < 0 ? r : say(cli, "rotated", true, "A new transport key is in use when `comity serve` is started again. Make an invitation (comity pair DIR "
                           "invite) and let\neach partner confirm it: comity partners DIR confirm PARTNER FILE. Until then letters go by stick.");
}

int cmd_keys_rotate(struct cli *cli)
{
    struct node *node = NULL;
    uint8_t public_key[32];
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    struct actor operator = act_operator(cli->arena);
    struct act act = {.verb = VERB_KEYS, .actor = &operator, .now_ms = clock_now_ms()};
    bool transport = cli_option(cli, "transport") != NULL;
    r = transport ? rotate_transport(cli, node) : act_run(node, &act, rotate, public_key, &cli->err);
    node_close(node);
    return r < 0 || transport ? r : say(cli, "rotated", true, "A new letter key is in use. Partners hear of it when they are reached next.");
}
