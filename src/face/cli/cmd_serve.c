/* comity serve: answers partners until it is told to stop. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/rooms.h"
#include "face/web/web.h"
#include "ground/crypto/oprf.h"
#include "ground/proc/proc.h"
#include "trust/serve/grants.h"
#include "trust/serve/index_job.h"
#include "trust/serve/keys.h"
#include "trust/serve/letters.h"
#include "trust/serve/people.h"
#include "trust/serve/serve.h"
#include "trust/witness/witness.h"
#include "work/desk/halls.h"
#include "work/desk/holders.h"
#include "work/requests/referral_job.h"
#include "work/shield/shield_job.h"
#include "work/rota/rotas_job.h"
#include "work/watch/watch_job.h"
#include "work/interviews/interview.h"
#include "work/statements/statement_give.h"

#define THREADS_DEFAULT 6
#define THREADS_MAX 64
#define KEYS_EVERY_MS 500
#define WEB_THREADS 4
#define THREADS_A_QUESTION 2 /* more would only take them from other questions */

const struct cli_option serve_options[] = {
    {"listen", "ADDR:PORT", "instead of the address in DIR/comity.json"},
    {"threads", "N", "questions answered at the same time (default 6)"},
    {"web", "ADDR:PORT", "pages for the members of the agency, at this address"},
    {"web-cert", "FILE", "certificate of the pages, PEM; without one they are for this machine only (127.0.0.1)"},
    {"web-key", "FILE", "its key, PEM"},
    {"web-host", "NAME", "the name people type for the pages (default localhost)"},
    {0},
};

const char serve_help[] =
    "Answers paired agencies over TLS 1.3 and nobody else, and delivers letters. A new index or partner counts at once.\n"
    "With --web it also serves the pages on which members work (comity members): their door is another than the partners'.\n"
    "SIGTERM or Control-C ends it when the running answers are out. What it writes to standard error names no person.\n";

static void note(const char *sentence)
{
    char now[CLOCK_TEXT_MAX];
    clock_format(now, clock_now_ms());
    fprintf(stderr, "%s %s\n", now, sentence); /* one call, one line, whatever the other threads write */
}

/* What partners may ask of this node, and what it does by the clock: one line for each room. */
static const struct peer_route *const routes[] = {peer_routes, letter_routes, keys_routes, witness_routes, holders_routes, NULL};
static const struct serve_job *const jobs[] = {
    &letters_job, &letters_tidy_job, &people_job, &grants_job, &keys_job, &index_job, &shield_job, &witness_round_job, &witness_look_job, &statements_job, &referrals_job, &interviews_job, &watch_job, &halls_job, &rotas_job, &rotas_search_job, NULL,
};

static int start_web(struct cli *cli, const struct node *node, struct web **out)
{
    const struct web_settings settings = {.listen = cli_option(cli, "web"), .cert = cli_option(cli, "web-cert"), .key = cli_option(cli, "web-key"),
                                          .host = cli_option(cli, "web-host"), .threads = WEB_THREADS, .note = note};
    if (!settings.cert != !settings.key)
        return cli_usage(cli, "--web-cert and --web-key go together");
    int r = web_start(node, &settings, out, &cli->err);
    return r < 0 ? r : cli_print(cli, str_printf(cli->arena, "pages on %s\n", web_url(*out)));
}

static int serve(struct cli *cli, struct node *node, const struct serve_settings *settings, int stop)
{
    struct serve *server;
    struct web *web = NULL;
    int r = serve_start(node, settings, &server, &cli->err);
    if (r < 0)
        return r;
    if (cli_option(cli, "web") && (r = start_web(cli, node, &web)) < 0) {
        serve_stop(server);
        return r;
    }
    const char *listen = settings->listen ? settings->listen : str_c(cli->arena, node->listen);
    const char *colon = strrchr(listen, ':');
    struct buf b = buf_new(cli->arena);
    buf_addf(&b, "%.*s is ready on %.*s:%u\n", STR_ARG(node->agency.name), (int)(colon - listen), listen, serve_port(server));
    r = cli_print(cli, buf_str(&b));
    fflush(stdout);
    int waited = 0;
    bool locked = false;
    while (r == 0 && waited == 0) {
        waited = proc_stop_wait(stop, KEYS_EVERY_MS, &cli->err);
        if (keyring_alive(node->keys) == locked) { /* locked by hand: what is held of them here is wiped now */
            locked = !locked;
            if (locked && web)
                web_locked(web);
            note(locked ? "the keys are locked: nothing is answered until comity keys DIR unlock" : "the keys are unlocked again");
        }
    }
    web_stop(web);
    serve_stop(server);
    return r < 0 ? r : waited < 0 ? waited : 0;
}

int cmd_serve(struct cli *cli)
{
    struct node *node = NULL;
    struct serve_settings settings = {.listen = cli_option(cli, "listen"), .note = note, .routes = routes, .jobs = jobs, .kinds = &room_kinds};
    int64_t threads = THREADS_DEFAULT;
    int stop = -1;
    int r = cli_args(cli, 1, 1);
    if (r < 0)
        return r;
    if (cli_option(cli, "threads") && !str_to_int(str_from(cli_option(cli, "threads")), 1, THREADS_MAX, &threads))
        return cli_usage(cli, "--threads must be a number from 1 to %d", THREADS_MAX);
    settings.threads = (unsigned)threads;
    oprf_threads(THREADS_A_QUESTION);
    mem_keep();
    r = proc_harden(&cli->err);
    if (r == 0)
        r = proc_stop_open(&stop, &cli->err);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0) {
        r = serve(cli, node, &settings, stop);
        node_close(node);
    }
    if (stop >= 0)
        close(stop);
    return r;
}
