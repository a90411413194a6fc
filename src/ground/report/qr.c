#include "ground/report/qr.h"

#include <errno.h>
#include <qrencode.h>

#define QUIET 4 /* squares around it, ISO/IEC 18004 */

static int make(str text, QRcode **out, struct err *err)
{
    *out = QRcode_encodeData((int)text.len, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (*out)
        return 0;
    return errno == ERANGE ? err_set(err, ERR_LIMIT, "%zu bytes are more than a QR code holds", text.len)
                           : err_errno(err, ERR_IO, errno, "the QR code cannot be made");
}

static bool dark(const QRcode *code, int x, int y)
{
    return x >= 0 && y >= 0 && x < code->width && y < code->width && code->data[y * code->width + x] & 1;
}

int qr_terminal(struct arena *a, str text, str *out, struct err *err)
{
    QRcode *code;
    int r = make(text, &code, err);
    if (r < 0)
        return r;
    struct buf b = buf_new(a);
    for (int y = -QUIET; y < code->width + QUIET; y += 2) {
        buf_add(&b, STR("\033[30;107m")); /* black on white, whatever the terminal's colours */
        for (int x = -QUIET; x < code->width + QUIET; x++) {
            bool upper = dark(code, x, y), lower = dark(code, x, y + 1);
            buf_add(&b, upper && lower ? STR("\u2588") : upper ? STR("\u2580") : lower ? STR("\u2584") : STR(" "));
        }
        buf_add(&b, STR("\033[0m\n"));
    }
    QRcode_free(code);
    *out = buf_str(&b);
    return 0;
}

int qr_picture(struct arena *a, str text, unsigned scale, bytes *out, struct err *err)
{
    QRcode *code;
    int r = make(text, &code, err);
    if (r < 0)
        return r;
    unsigned side = (unsigned)(code->width + 2 * QUIET) * scale;
    struct buf b = buf_new(a);
    buf_addf(&b, "P4\n%u %u\n", side, side);
    for (unsigned y = 0; y < side; y++)
        for (unsigned x = 0; x < side; x += 8) {
            unsigned byte = 0;
            for (unsigned bit = 0; bit < 8; bit++)
                byte = byte << 1 | (x + bit < side && dark(code, (int)((x + bit) / scale) - QUIET, (int)(y / scale) - QUIET));
            buf_byte(&b, (char)byte);
        }
    QRcode_free(code);
    *out = buf_bytes(&b);
    return 0;
}

int qr_path(struct arena *a, str text, str *path, unsigned *side, struct err *err)
{
    QRcode *code;
    int r = make(text, &code, err);
    if (r < 0)
        return r;
    struct buf b = buf_new(a);
    for (int y = 0; y < code->width; y++)
        for (int x = 0, run; x < code->width; x += run) {
            for (run = 1; x + run < code->width && dark(code, x + run, y) == dark(code, x, y); run++)
                ;
            if (dark(code, x, y))
                buf_addf(&b, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
        }
    *side = (unsigned)(code->width + 2 * QUIET);
    QRcode_free(code);
    *path = buf_str(&b);
    return 0;
}
