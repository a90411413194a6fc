/* webm: where one may begin and stop to listen in the middle of a recording of MediaRecorder (WebM: RFC 9559, a live stream without an index).
 *
 * What: finds the head of a stream, which a player needs first, and the clusters, at which it may begin.
 * Why:  "question 12, answered at 00:31:12" is a place to listen to; nobody hears half an hour to get there, and no machine reads it.
 *
 *     size_t head = webm_head(first_piece);                 // 0: no WebM begins here
 *     size_t at = webm_cluster(bytes);                      // bytes.len: none in it
 *
 * Pieces are cut anywhere, also within a cluster's first bytes: whoever walks pieces keeps the last WEBM_AHEAD bytes and puts them in front of
 * the next. Pure. Not here: what is in a cluster; no byte is changed.
 */
#ifndef COMITY_WEB_WEBM_H
#define COMITY_WEB_WEBM_H

#include "ground/base/base.h"

#define WEBM_AHEAD 13 /* a cluster is known by its first 14 bytes at most: id, length, the id of its time */

bool webm_begins(bytes in);
/* How long the head is: all up to the first cluster. 0: there is none, or it does not end in these bytes. */
size_t webm_head(bytes in);
/* Where the first cluster begins that can be told from these bytes; in.len: none. */
size_t webm_cluster(bytes in);

#endif
