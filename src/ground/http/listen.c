#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ground/http/listen.h"

/* Cuts "host:port" or "[v6]:port" at the last colon. */
static bool split_address(str address, str *host, str *port)
{
    size_t colon = address.len;
    while (colon > 0 && address.p[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return false;
    *host = str_slice(address, 0, colon - 1);
    *port = str_slice(address, colon, address.len);
    if (str_starts(*host, STR("[")) && str_ends(*host, STR("]")))
        *host = str_slice(*host, 1, host->len - 1);
    int64_t number;
    return host->len > 0 && str_to_int(*port, 0, 65535, &number);
}

static int open_socket(const struct addrinfo *ai)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, 128) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int listen_on(const char *address, int *fd, struct err *err)
{
    str host, port;
    if (!split_address(str_from(address), &host, &port))
        return err_set(err, ERR_INPUT, "\"%s\" is not an address to listen on: write 127.0.0.1:8443 or [::1]:8443", address);
    struct arena *a = arena_new();
    int result = 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *list = NULL;
    int r = getaddrinfo(str_c(a, host), str_c(a, port), &hints, &list);
    if (r != 0) {
        result = err_set(err, ERR_INPUT, "\"%s\": the host part is not an address of this machine: %s", address, gai_strerror(r));
        goto out;
    }
    *fd = open_socket(list);
    if (*fd < 0)
        result = err_errno(err, ERR_IO, errno, "cannot listen on %s", address);
out:
    if (list)
        freeaddrinfo(list);
    arena_free(a);
    return result;
}

unsigned listen_port(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } where = {0};
    socklen_t size = sizeof where;
    if (getsockname(fd, &where.any, &size) < 0)
        return 0;
    return ntohs(where.any.sa_family == AF_INET6 ? where.v6.sin6_port : where.v4.sin_port);
}
