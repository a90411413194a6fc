/* practice_members: lets an invented member of a practice agency join, as a person would with a telephone beside her; and reads the six digits.
 *
 *     practice_members join FOLDER LOGIN CODE PASSWORD      what `comity members add` printed; prints the secret of her code app
 *     practice_members digits SECRET                        the six digits of this half minute
 *
 * For ./dev run and ./dev code only: a secret of a real member never leaves her telephone.
 */
#include <stdio.h>
#include <string.h>

#include "ground/crypto/password.h"
#include "trust/people/signin.h"

/* RFC 4648 section 6, with the spaces in which secrets are shown. */
static bool from_base32(const char *text, uint8_t out[static TOTP_SECRET_LEN])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t value = 0;
    size_t n = 0;
    for (int bits = 0; *text; text++) {
        const char *at = strchr(letters, *text);
        if (*text == ' ')
            continue;
        if (!at || n == TOTP_SECRET_LEN)
            return false;
        value = value << 5 | (uint32_t)(at - letters);
        bits += 5;
        if (bits >= 8)
            out[n++] = (uint8_t)(value >> (bits -= 8));
    }
    return n == TOTP_SECRET_LEN;
}

static int join(struct arena *a, char *argv[], struct err *err)
{
    static char recovery[SIGNIN_RECOVERY_CODES][SIGNIN_RECOVERY_LEN];
    struct node *node = NULL;
    struct session s;
    char token[SESSION_TOKEN_LEN], digits[8];
    str uri, secret;
    uint8_t bytes_of[TOTP_SECRET_LEN];
    const struct signin_from from = {.address = STR("practice"), .agent = STR("practice"), .now_ms = clock_now_ms()};
    int r = crypto_open(err);
    if (r == 0)
        r = node_open(argv[0], NULL, &node, err);
    if (r == 0)
        r = signin_join(node, &from, str_from(argv[1]), str_from(argv[2]), token, err);
    if (r == 0)
        r = session_resume(node, str_from(token), from.now_ms, &s, err);
    if (r == 0)
        r = signin_totp_secret(node, &s, from.now_ms, a, &uri, &secret, err);
    if (r == 0 && !from_base32(secret.p, bytes_of))
        r = err_set(err, ERR_CORRUPT, "the secret cannot be read");
    if (r == 0) { /* of the half minute before: so that the digits of now are still good for signing in */
        snprintf(digits, sizeof digits, "%06u", (unsigned)totp_code(bytes_of, totp_step(from.now_ms) - 1));
        r = signin_password_set(node, &from, &s, str_from(argv[3]), str_from(digits), recovery, err);
    }
    if (r == 0)
        r = signin_join_finish(node, &from, &s, token, err);
    if (r == 0)
        printf("%s\n", secret.p);
    if (node)
        node_close(node);
    return r;
}

int main(int argc, char *argv[])
{
    struct arena *a = arena_new();
    struct err err = {0};
    uint8_t secret[TOTP_SECRET_LEN];
    int status = 2;
    if (argc == 6 && strcmp(argv[1], "join") == 0)
        status = join(a, argv + 2, &err) < 0;
    else if (argc == 3 && strcmp(argv[1], "digits") == 0 && from_base32(argv[2], secret))
        status = printf("%06u\n", (unsigned)totp_code(secret, totp_step(clock_now_ms()))) < 0;
    if (status == 1)
        fprintf(stderr, "practice_members: %s\n", err.text);
    if (status == 2)
        fprintf(stderr, "usage: practice_members join FOLDER LOGIN CODE PASSWORD\n       practice_members digits SECRET\n");
    arena_free(a);
    return status;
}
