/* bench_static: a page that never changes, from the server that serves the pages of comity (ground/http/site.h).
 *
 *     bench_static FILE       serves FILE at /each, compressed for each request as pages are, and at /ahead, compressed ahead as assets
 *                             are; prints its address, ends when its standard input does
 */
#include <stdio.h>
#include <unistd.h>

#include "ground/http/site.h"
#include "ground/zip/gzip.h"

#define WORKERS 4

static bytes page, small;

static void each(const struct site_request *request, struct site_reply *reply)
{
    (void)request;
    *reply = (struct site_reply){.status = 200, .type = "text/html; charset=utf-8", .body = page};
}

static void ahead(const struct site_request *request, struct site_reply *reply)
{
    each(request, reply);
    reply->body_gzip = small;
}

int main(int argc, char **argv)
{
    static const struct site_route routes[] = {{"GET", "/each", 0, each}, {"GET", "/ahead", 0, ahead}};
    static int one[WORKERS];
    void *workers[WORKERS];
    struct err err = {0};
    struct arena *a = arena_new();
    struct site *site;
    for (size_t i = 0; i < WORKERS; i++)
        workers[i] = &one[i];
    const struct site_config config = {.listen = "127.0.0.1:0", .routes = routes, .n_routes = 2, .workers = workers, .n_workers = WORKERS};
    if (argc != 2 || file_read(a, argv[1], 1 << 24, &page, &err) < 0 || site_start(&config, &site, &err) < 0) {
        fprintf(stderr, "bench_static: %s\n", argc == 2 ? err.text : "FILE");
        return 1;
    }
    small = gzip(a, page);
    printf("http://127.0.0.1:%u\n", site_port(site));
    fflush(stdout);
    char rest[64];
    while (read(STDIN_FILENO, rest, sizeof rest) > 0)
        ;
    site_stop(site);
    arena_free(a);
    return 0;
}
