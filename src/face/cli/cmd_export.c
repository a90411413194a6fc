/* comity export: all files go out as a table. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "work/cases/export.h"

#define PIECE (64 * 1024)

const struct cli_option export_options[] = {
    {"format", "FORMAT", "htcds-csv, htcds-xlsx (HTCDS 2.0 as CSV or workbook) or ctdc (the contribution to CTDC)"},
    {"out", "FILE", "where to; it must not exist (default: standard output)"},
    {"purpose", "CODE", "why: casework, protection, child-protection, investigation, ..."},
    {"reference", "TEXT", "the case, request or agreement it belongs to; kept sealed"},
    {0},
};

const char export_help[] =
    "All files of the agency. The entry in the log, with their number, stands before the first byte leaves. What goes out as htcds comes in\n"
    "again by `comity import --files` as the same; attachments and tasks stay. ctdc has no names and no numbers, ages in bands. Members export\n"
    "their own files through the pages, with a second person who agrees.\n";

static int write_all(int fd, const uint8_t *p, size_t len, const char *path, struct err *err)
{
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_errno(err, ERR_IO, errno, "%s: cannot be written further; what is there is no whole table", path);
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

static int pour(struct cli *cli, struct node *node, const struct export_order *order, int fd, const char *path)
{
    struct node *own = NULL;
    struct export *x = NULL;
    uint8_t *piece = arena_alloc(cli->arena, PIECE);
    int64_t n;
    int r = node_open_again(node, &own, &cli->err);
    if (r < 0 || (r = export_open(own, order, &x, &cli->err)) < 0) {
        if (own)
            node_close(own);
        return r;
    }
    while ((n = export_pull(x, piece, PIECE, &cli->err)) > 0 && (r = write_all(fd, piece, (size_t)n, path, &cli->err)) == 0)
        ;
    export_close(x);
    return n < 0 ? (int)n : r;
}

static int report(struct cli *cli, const struct export_order *order, const char *path)
{
    struct buf text = buf_new(cli->arena);
    if (cli->json) {
        struct out o = out_json(&text);
        out_object(&o, NULL);
        out_int(&o, "files", order->files);
        out_text(&o, "out", str_from(path));
        out_end(&o);
    } else {
        buf_addf(&text, "%lld files went out to %s\n", (long long)order->files, path);
    }
    return cli_print(cli, buf_str(&text));
}

static int run(struct cli *cli, struct export_order *order, const struct act *asked, const char *path)
{
    struct node *node = NULL;
    struct act act = *asked;
    int fd = STDOUT_FILENO, r = cli_node_open(cli, cli->args[0], &node);
    if (r == 0)
        r = act_run(node, &act, export_act, order, &cli->err);
    if (r == 0 && path && (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
        r = err_errno(&cli->err, errno == EEXIST ? ERR_EXISTS : ERR_IO, errno, "%s", path);
    if (r == 0)
        r = pour(cli, node, order, fd, path ? path : "standard output");
    if (fd != STDOUT_FILENO && fd >= 0 && close(fd) < 0 && r == 0)
        r = err_errno(&cli->err, ERR_IO, errno, "%s", path);
    node_close(node);
    return r;
}

int cmd_export(struct cli *cli)
{
    const char *format = cli_option(cli, "format"), *path = cli_option(cli, "out"), *purpose = cli_option(cli, "purpose"), *reference = cli_option(cli, "reference");
    struct export_order order = {.kind = export_kind(str_from(format ? format : "htcds-csv")), .whose = RECORDS_ALL, .now_ms = clock_now_ms()};
    struct actor actor = act_operator(cli->arena);
    struct act act = {.verb = VERB_EXPORT, .actor = &actor, .purpose = str_from(purpose ? purpose : ""), .reference = str_from(reference ? reference : ""),
                      .now_ms = order.now_ms};
    int r = cli_args(cli, 1, 1);
    if (r < 0)
        return r;
    if (!order.kind)
        return cli_usage(cli, "--format takes htcds-csv, htcds-xlsx or ctdc");
    if (!purpose || !reference)
        return cli_usage(cli, "say --purpose and --reference: both go into the log");
    r = run(cli, &order, &act, path);
    return r == 0 && path ? report(cli, &order, path) : r;
}
