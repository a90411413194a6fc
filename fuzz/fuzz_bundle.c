/* A stick from anybody: whatever its bytes are, reading ends, and what is read lies within the file. The digest at the end is made
 * right first, so that the records behind it are reached. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trust/letter/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(struct arena *a, struct bundle *b, size_t size)
{
    struct bundle_item item;
    bytes piece;
    size_t total = 0;
    while (bundle_next(b, a, &item, NULL) > 0) {
        total += item.body.len + item.sealed_size;
        if (total > size)
            abort();
        if (item.sealed_size && (bundle_read_sealed(b, &item, item.sealed_size / 2, 100, a, &piece, NULL) < 0 || piece.len == 0))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char begin[] = "comity-bundle/v1\n";
    struct arena *a = arena_new();
    struct buf in = buf_new(a);
    uint8_t digest[HASH_LEN];
    struct bundle *b;
    buf_add(&in, str_from(begin));
    buf_add_bytes(&in, data, size);
    crypto_sha256(digest, buf_bytes(&in));
    buf_byte(&in, 'E');
    buf_u64(&in, HASH_LEN);
    buf_add_bytes(&in, digest, HASH_LEN);
    int fd = memfd_create("bundle", MFD_CLOEXEC);
    if (fd < 0 || write(fd, in.p, in.len) != (ssize_t)in.len)
        abort();
    if (bundle_open(str_printf(a, "/proc/self/fd/%d", fd).p, &b, NULL) == 0) {
        read_all(a, b, in.len);
        bundle_close(b);
    }
    close(fd);
    arena_free(a);
    return 0;
}
