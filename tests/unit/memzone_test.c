/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include <jansson.h>

#include <rte_common.h>
#include <rte_fbarray.h>
#include <rte_memzone.h>

#include "outside/group.h"
#include "outside/layout.h"
#include "outside/memzone.h"

/* A configuration that has nothing but its array of memzones. */
static struct {
	struct rte_fbarray array;
	struct rte_memzone zones[130];
} memory;

static const struct layout layout = { .rte_mem_config_memzones = 0 };

static struct group
build(void)
{
	struct group group = {
		.source.pid = getpid(),
		.config = (uintptr_t)&memory,
		.layout = &layout,
	};

	memset(&memory, 0, sizeof(memory));
	strcpy(memory.array.name, "memzone");
	memory.array.len = 4;
	memory.array.elt_sz = sizeof(struct rte_memzone);
	memory.array.data = memory.zones;
	strcpy(memory.zones[1].name, "one");
	memory.zones[1].addr = (void *)0x1000;
	memory.zones[1].len = 77;
	/* A name without its end, and with what is no character. */
	memset(memory.zones[3].name, 'x', sizeof(memory.zones[3].name));
	memory.zones[3].name[0] = '\xff';
	memory.zones[3].addr = (void *)0x2000;
	return group;
}

static void
those_in_use_are_listed(void **state)
{
	const struct group group = build();
	json_t *zones = json_array(), *one;

	(void)state;
	assert_int_equal(memzone_list(&group, zones), 0);
	assert_int_equal(json_array_size(zones), 2);
	one = json_array_get(zones, 0);
	assert_string_equal(json_string_value(json_object_get(one, "name")), "one");
	assert_string_equal(json_string_value(json_object_get(one, "address")), "0x1000");
	assert_int_equal(json_integer_value(json_object_get(one, "bytes")), 77);
	one = json_array_get(zones, 1);
	assert_int_equal(json_string_length(json_object_get(one, "name")),
		strlen("\\xff") + RTE_MEMZONE_NAMESIZE - 1);
	json_decref(zones);
}

static void
none_is_missed_in_a_long_array(void **state)
{
	static const unsigned int used[] = { 0, 63, 64, 127, 128, 129 };
	const struct group group = build();
	json_t *zones = json_array();
	unsigned int i;

	(void)state;
	memset(memory.zones, 0, sizeof(memory.zones));
	memory.array.len = 130;
	for (i = 0; i < RTE_DIM(used); i++) {
		memory.zones[used[i]].addr = (void *)0x1000;
		memory.zones[used[i]].len = used[i];
	}
	assert_int_equal(memzone_list(&group, zones), 0);
	assert_int_equal(json_array_size(zones), RTE_DIM(used));
	for (i = 0; i < RTE_DIM(used); i++)
		assert_int_equal(json_integer_value(json_object_get(
					 json_array_get(zones, i), "bytes")),
			used[i]);
	json_decref(zones);
}

/* What comes of it when one field of the array is changed, and how many are listed. */
static int
list(const struct group *group, size_t *n)
{
	json_t *zones = json_array();
	int ret = memzone_list(group, zones);

	*n = json_array_size(zones);
	json_decref(zones);
	return ret;
}

static void
a_damaged_array_is_not_followed(void **state)
{
	struct group group = build();
	size_t n;

	(void)state;
	memory.array.elt_sz--;
	assert_int_equal(list(&group, &n), -EBADMSG);
	assert_int_equal(n, 0);
	group = build();
	memory.array.name[0] = 'n';
	assert_int_equal(list(&group, &n), -EBADMSG);
	group = build();
	memory.array.len = UINT32_MAX;
	assert_int_equal(list(&group, &n), -EBADMSG);
	assert_int_equal(n, 0);
	group = build();
	memory.array.data = (void *)8;
	assert_int_equal(list(&group, &n), -EBADMSG);
	assert_int_equal(n, 0);
	group = build();
	group.config = 8;
	assert_int_equal(list(&group, &n), -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_in_use_are_listed),
		cmocka_unit_test(none_is_missed_in_a_long_array),
		cmocka_unit_test(a_damaged_array_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
