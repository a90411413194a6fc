/* codec: hex and base64, strictly. */
#ifndef COMITY_BASE_CODEC_H
#define COMITY_BASE_CODEC_H

#include "ground/base/str.h"

#define ID_LEN 16 /* identifiers are 128 random bits */

str hex_encode(struct arena *a, bytes b); /* lower case */
bool hex_decode(struct arena *a, str s, bytes *out);
bool hex_decode_into(str s, uint8_t *out, size_t len); /* exactly len bytes */

str base64_encode(struct arena *a, bytes b);            /* RFC 4648 section 4, with padding */
bool base64_decode(struct arena *a, str s, bytes *out); /* refuses missing padding, spaces, non-zero spare bits */

uint16_t get_u16be(const uint8_t *p);
uint32_t get_u32be(const uint8_t *p);
uint64_t get_u64be(const uint8_t *p);
void put_u16be(uint8_t *p, uint16_t v);
void put_u32be(uint8_t *p, uint32_t v);
void put_u64be(uint8_t *p, uint64_t v);
uint32_t get_u32le(const uint8_t *p);
uint64_t get_u64le(const uint8_t *p);
void put_u32le(uint8_t *p, uint32_t v);
void put_u64le(uint8_t *p, uint64_t v);

#endif
