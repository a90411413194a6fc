/* links_layout: where each node of a link chart stands.
 *
 * What: nodes on a grid of cells (every second row moved by half a cell), so that no node and no name covers another; what hangs
 *       together close together, with few links crossing or running through a node; parts that nothing connects side by side.
 * Why:  the same file must give the same picture every time, on every machine: people remember where something stood.
 *
 *     struct links_layout at = links_layout(a, graph);
 *     // at.nodes[i].x, .y: middle of the shape of graph->nodes[i]
 *
 * Whole numbers only, no randomness, no clock; the same in, the same out. Work is bounded by counting, so that 200 nodes take a few
 * milliseconds and a larger graph is merely less tidy. Pure.
 */
#ifndef COMITY_WEB_CHART_LINKS_LAYOUT_H
#define COMITY_WEB_CHART_LINKS_LAYOUT_H

#include "work/cases/links.h"

#define LINKS_CELL_WIDTH 168
#define LINKS_CELL_HEIGHT 124
#define LINKS_SHAPE 44      /* a node's shape is at most so wide and high: a finger finds it */
#define LINKS_LABEL_WIDTH 152
#define LINKS_LABEL_HEIGHT 44 /* two lines below the shape */

struct links_place { int x, y; };

struct links_layout {
    int width, height;      /* of the picture, in pixels */
    struct links_place *nodes;
    size_t *order;          /* node numbers as they are read: from the top, each row from the left */
};

struct links_layout links_layout(struct arena *a, const struct links *graph);

#endif
