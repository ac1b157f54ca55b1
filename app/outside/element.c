/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Makes documents of a ring's elements. */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "outside/element.h"
#include "outside/follow.h"
#include "outside/mbuf.h"
#include "outside/memzone.h"
#include "outside/owner.h"
#include "outside/pool.h"

/* An object is searched for the end of its text as far as this. */
#define TEXT_MAX (1 << 16)

static json_t *
make(int64_t position, const char *kind, const struct pool *pool,
	const struct memzone *memzone)
{
	return json_pack("{s:I, s:s, s:o, s:n, s:o, s:n, s:n, s:b, s:n, s:n}", "position",
		(json_int_t)position, "kind", kind, "pool",
		pool != NULL ? json_of_bytes(pool->name, pool->name_length) : json_null(),
		"object_bytes", "memzone",
		memzone != NULL ? json_of_bytes(memzone->name, memzone->name_length)
				: json_null(),
		"address", "text", "cut", false, "hex", "mbuf");
}

static void
set_address(json_t *element, uint64_t address)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	json_object_set_new(element, "address", json_string(text));
}

static void
set_hex(json_t *element, const void *bytes, size_t length)
{
	char *hex = memory_get(2 * length + 1);

	if (hex != NULL) {
		text_hex(hex, bytes, length);
		json_object_set_new(element, "hex", json_string(hex));
	}
	free(hex);
}

/*
 * How long is the C string in an object? 0 if it is none: characters that can be shown,
 * tabs and newlines, and a NUL behind them.
 */
static size_t
text_length(const uint8_t *bytes, size_t length)
{
	const uint8_t *end = memchr(bytes, 0, length);
	size_t at = 0;

	if (end == NULL)
		return 0;
	length = end - bytes;
	while (at < length) {
		uint32_t cp;
		unsigned int n = text_utf8_decode(bytes + at, length - at, &cp);

		if (n == 0 || (!text_is_printable(cp) && cp != '\t' && cp != '\n'))
			return 0;
		at += n;
	}
	return length;
}

/* Show the first bytes of an object, as text if it is that. */
static void
set_content(json_t *element, const uint8_t *bytes, size_t length, size_t shown)
{
	size_t text = text_length(bytes, length);

	if (text == 0) {
		set_hex(element, bytes, length < shown ? length : shown);
		return;
	}
	if (text > shown) {
		json_object_set_new(element, "cut", json_true());
		/* Not within a character. */
		for (text = shown; text > 0 && (bytes[text] & 0xc0) == 0x80; text--)
			;
	}
	json_object_set_new(element, "text", json_of_bytes(bytes, text));
}

bool
element_mbuf(struct elements *elements, uint64_t address, struct mbuf *mbuf)
{
	struct owner owner = owners_of(elements->mbufs.owners, address);

	return owner.kind == OWNER_OBJECT &&
		mbuf_read(&elements->mbufs, owner.pool, address, mbuf) == 0;
}

static json_t *
mbuf_element(struct elements *elements, int64_t position, const struct pool *pool,
	const struct mbuf *mbuf)
{
	json_t *element = make(position, "mbuf", pool, NULL);
	uint8_t *data = memory_get(elements->bytes + 1);

	json_object_set_new(element, "mbuf",
		json_pack("{s:I, s:i, s:o, s:i}", "bytes", (json_int_t)mbuf->packet_bytes,
			"segments", mbuf->segments, "port",
			json_of_number(mbuf->port != MBUF_NO_PORT, mbuf->port), "refcnt",
			mbuf->refcnt));
	if (data != NULL)
		set_hex(element, data,
			mbuf_data(&elements->mbufs, mbuf, data, elements->bytes));
	free(data);
	return element;
}

static json_t *
object_element(struct elements *elements, int64_t position, const struct pool *pool,
	uint64_t address)
{
	json_t *element = make(position, "object", pool, NULL);
	size_t length = pool->element_bytes < TEXT_MAX ? pool->element_bytes : TEXT_MAX;
	uint8_t *bytes = memory_get(length + 1);

	json_object_set_new(element, "object_bytes", json_integer(pool->element_bytes));
	if (bytes != NULL &&
		follow_read(elements->mbufs.follow, address, bytes, length) == 0)
		set_content(element, bytes, length, elements->bytes);
	free(bytes);
	return element;
}

json_t *
element_pointer(struct elements *elements, int64_t position, uint64_t address)
{
	struct owner owner = owners_of(elements->mbufs.owners, address);
	struct mbuf mbuf;
	json_t *element;

	if (owner.kind != OWNER_OBJECT)
		element = make(position, "pointer", owner.pool, owner.memzone);
	else if (mbuf_read(&elements->mbufs, owner.pool, address, &mbuf) == 0)
		element = mbuf_element(elements, position, owner.pool, &mbuf);
	else
		element = object_element(elements, position, owner.pool, address);
	set_address(element, address);
	return element;
}

json_t *
element_value(int64_t position, const void *copy, size_t bytes)
{
	json_t *element = make(position, "bytes", NULL, NULL);

	set_hex(element, copy, bytes);
	return element;
}
