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
#include <rte_version.h>

#include "outside/group.h"
#include "outside/layout.h"
#include "outside/memzone.h"

/* An array of memzones, where a configuration has it, and the mask behind it. */
static struct {
	char before[128];
	struct rte_memzone zones[130];
	uint64_t words;
	uint64_t mask[3];
} memory;

static const struct layout *layout;

static struct rte_fbarray *
array(void)
{
	return (struct rte_fbarray *)memory.before;
}

/* The array has this many memzones, and the mask lies behind the last. */
static void
set_length(unsigned int n)
{
	array()->len = n;
	array()->count = n;
}

static uint64_t *
mask(void)
{
	return (uint64_t *)&memory.zones[array()->len] + 1;
}

static void
use(unsigned int i)
{
	mask()[i / 64] |= UINT64_C(1) << i % 64;
}

static struct group
build(void)
{
	struct group group = { .kind = GROUP_PROCESS };

	layout = layout_of(RTE_VERSION);
	group.layout = layout;
	group.config = (uintptr_t)&memory - layout->rte_mem_config_memzones;
	assert_int_equal(source_add_process(&group.source, getpid()), 0);
	memset(&memory, 0, sizeof(memory));
	strcpy(array()->name, "memzone");
	array()->elt_sz = sizeof(struct rte_memzone);
	array()->data = memory.zones;
	set_length(4);
	strcpy(memory.zones[1].name, "one");
	memory.zones[1].addr = (void *)0x1000;
	memory.zones[1].len = 77;
	use(1);
	/* A name without its end, and with what is no character. */
	memset(memory.zones[3].name, 'x', sizeof(memory.zones[3].name));
	memory.zones[3].name[0] = '\xff';
	memory.zones[3].addr = (void *)0x2000;
	use(3);
	return group;
}

static void
those_in_use_are_listed(void **state)
{
	struct group group = build();
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
	group_close(&group);
}

static void
none_is_missed_in_a_long_array(void **state)
{
	static const unsigned int used[] = { 0, 63, 64, 127, 128, 129 };
	struct group group = build();
	json_t *zones = json_array();
	unsigned int i;

	(void)state;
	memset(memory.zones, 0, sizeof(memory.zones));
	set_length(130);
	for (i = 0; i < RTE_DIM(used); i++) {
		memory.zones[used[i]].addr = (void *)0x1000;
		memory.zones[used[i]].len = used[i];
		use(used[i]);
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
	array()->elt_sz--;
	assert_int_equal(list(&group, &n), -EBADMSG);
	assert_int_equal(n, 0);
	group = build();
	array()->name[0] = 'n';
	assert_int_equal(list(&group, &n), -EBADMSG);
	group = build();
	array()->len = UINT32_MAX;
	assert_int_equal(list(&group, &n), -EBADMSG);
	assert_int_equal(n, 0);
	group = build();
	array()->data = (void *)8;
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
