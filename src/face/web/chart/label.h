/* label: text that fits into a drawing. SVG breaks no lines and cuts nothing, so this does, before the browser's font is known.
 *
 *     struct chart_label l = chart_label(a, STR("Golden Lotus Recruitment"), 110, 14, 2);
 *     // l.line[0] "Golden Lotus", l.line[1] "Recruitment"
 *
 * Widths are estimates by the kind of letter, on the wide side. Lines end at spaces; what does not fit ends with "…", never within a
 * letter and its marks. The whole text stands in the table beside the drawing. Pure.
 */
#ifndef COMITY_WEB_CHART_LABEL_H
#define COMITY_WEB_CHART_LABEL_H

#include "ground/base/base.h"

#define CHART_LABEL_LINES 2

struct chart_label {
    str line[CHART_LABEL_LINES]; /* empty where there is none */
    int width;                   /* of the widest, in pixels */
};

/* At most lines of width_px, in letters of font_px. From arena. */
struct chart_label chart_label(struct arena *a, str text, int width_px, int font_px, size_t lines);
/* Pixels that text takes in letters of font_px. */
int chart_text_width(str text, int font_px);

#endif
