/* qr: a text as a QR code, for the terminal and as a picture (libqrencode).
 *
 * What: rows of half blocks, dark on light with a quiet zone, for a terminal of any colours; or a PBM picture.
 * Why:  sixty letters are read out wrongly on a bad line; two telephones held side by side are not.
 *
 *     str code;
 *     if (qr_terminal(a, STR("LUSAB-BABAD-..."), &code, &err) == 0) fputs(code.p, stdout);
 *
 * Not here: reading codes.
 */
#ifndef COMITY_REPORT_QR_H
#define COMITY_REPORT_QR_H

#include "ground/base/base.h"

/* UTF-8 lines with colours, from arena. ERR_LIMIT: more text than a code holds (2,331 bytes at this level of repair). */
MUST_USE int qr_terminal(struct arena *a, str text, str *out, struct err *err);
/* A picture, PBM (P4), `scale` dots for each square, from arena. */
MUST_USE int qr_picture(struct arena *a, str text, unsigned scale, bytes *out, struct err *err);
/* The dark squares as the `d` of an SVG path in a drawing of side x side, quiet zone included; from arena. */
MUST_USE int qr_path(struct arena *a, str text, str *path, unsigned *side, struct err *err);

#endif
