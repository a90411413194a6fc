/* embed: turns files into a C source with one array per file, at build time.
 *
 *     embed OUT.c OUT.h PREFIX FILE...
 *
 * gives, for schema.sql and PREFIX vault:  extern const struct embedded vault_schema_sql;  {name, p, len}.
 * The bytes are followed by a NUL that len does not count.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_or_die(const char *path, const char *mode)
{
    FILE *f = fopen(path, mode);
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void symbol(char *out, size_t size, const char *prefix, const char *name)
{
    snprintf(out, size, "%s_%s", prefix, name);
    for (char *p = out; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: embed OUT.c OUT.h PREFIX FILE...\n");
        return 2;
    }
    FILE *c = open_or_die(argv[1], "w"), *h = open_or_die(argv[2], "w");
    fprintf(h, "#pragma once\n#include \"ground/base/embedded.h\"\n");
    fprintf(c, "#include \"ground/base/embedded.h\"\n");
    for (int i = 4; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/'), *name = slash ? slash + 1 : argv[i];
        char id[256];
        symbol(id, sizeof id, argv[3], name);
        FILE *in = open_or_die(argv[i], "rb");
        fprintf(h, "extern const struct embedded %s;\n", id);
        fprintf(c, "static const unsigned char %s_data[] = {", id);
        size_t len = 0;
        for (int byte; (byte = getc(in)) != EOF; len++)
            fprintf(c, "%s%d,", len % 32 ? "" : "\n", byte);
        fprintf(c, "0};\nextern const struct embedded %s;\nconst struct embedded %s = {\"%s\", (const char *)%s_data, %zu};\n", id,
                id, name, id, len);
        fclose(in);
    }
    return fclose(c) | fclose(h);
}
