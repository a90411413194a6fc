#include "face/cli/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ground/crypto/crypto.h"

/* One line into memory, without its end. */
static int read_line(struct cli *cli, int fd, const char *what, struct secret_text *out)
{
    size_t len = 0;
    for (;;) {
        ssize_t n = read(fd, out->memory + len, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(&cli->err, ERR_IO, errno, "the %s cannot be read", what);
        if (n == 0 || out->memory[len] == '\n')
            break;
        if (++len == SECRET_INPUT_MAX)
            return err_set(&cli->err, ERR_INPUT, "the %s is longer than %d bytes", what, SECRET_INPUT_MAX - 1);
    }
    while (len > 0 && out->memory[len - 1] == '\r')
        len--;
    out->text = (str){out->memory, len};
    return len > 0 ? 0 : err_set(&cli->err, ERR_INPUT, "the %s is empty", what);
}

static int ask_terminal(struct cli *cli, const char *what, struct secret_text *out)
{
    struct termios before, quiet;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return cli_usage(cli, "there is no terminal to ask for the %s on: name a file for it (- for standard input)", what);
    bool terminal = tcgetattr(fd, &before) == 0;
    if (terminal) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fd, TCSAFLUSH, &quiet);
    }
    dprintf(fd, "%s: ", what);
    int r = read_line(cli, fd, what, out);
    if (terminal)
        tcsetattr(fd, TCSAFLUSH, &before);
    dprintf(fd, "\n");
    close(fd);
    return r;
}

int secret_input(struct cli *cli, const char *file, const char *what, struct secret_text *out)
{
    out->memory = secret_alloc(SECRET_INPUT_MAX);
    out->text = (str){out->memory, 0};
    if (!file)
        return ask_terminal(cli, what, out);
    if (strcmp(file, "-") == 0)
        return read_line(cli, STDIN_FILENO, what, out);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(&cli->err, ERR_IO, errno, "%s cannot be opened", file);
    int r = read_line(cli, fd, what, out);
    close(fd);
    return r;
}

void secret_input_free(struct secret_text *t)
{
    if (t->memory)
        secret_free(t->memory);
    *t = (struct secret_text){0};
}
