/* transport_key: a node's transport key in the open, for tests in which a program of somebody else calls in its name.
 *
 *     transport_key KEY.pem CERTIFICATE.pem
 */
#include <stdio.h>

#include "ground/http/http.h"

int main(int argc, char **argv)
{
    struct err err = {0};
    struct arena *a = arena_new();
    bytes key, certificate;
    int r = argc == 3 ? http_identity_make(a, clock_now_ms(), &key, &certificate, &err) : err_set(&err, ERR_USAGE, "usage: transport_key KEY CERTIFICATE");
    if (r == 0 && (r = file_write(argv[2], certificate, FILE_MODE_PUBLIC, &err)) == 0)
        r = file_write(argv[1], key, FILE_MODE_PRIVATE, &err);
    if (r < 0)
        fprintf(stderr, "%s\n", err.text);
    arena_free(a);
    return r < 0;
}
