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

#include <rte_common.h>
#include <rte_version.h>

#include "outside/layout.h"
#include "outside/layouts/internal.h"

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

static const struct layout *
of(unsigned int year, unsigned int month)
{
	return layout_of(RTE_VERSION_NUM(year, month, 3, 99));
}

static void
the_releases_that_were_looked_at(void **state)
{
	(void)state;
	assert_int_equal(of(21, 11)->rte_mem_config_memzones, 40);
	assert_int_equal(of(21, 11)->size_of_rte_mempool_cache, 12352);
	assert_ptr_equal(of(22, 3), of(21, 11));
	assert_ptr_equal(of(22, 7), of(21, 11));
	assert_int_equal(of(22, 11)->rte_mem_config_memzones, 40);
	assert_int_equal(of(22, 11)->rte_mem_config_memsegs, 136);
	assert_int_equal(of(22, 11)->rte_mem_config_tailq_head, 17544);
	assert_int_equal(of(22, 11)->size_of_rte_mempool_cache, 8256);
	assert_ptr_equal(of(23, 3), of(22, 11));
	assert_ptr_equal(of(23, 7), of(22, 11));
	assert_int_equal(of(23, 11)->rte_mem_config_memzones, 48);
	assert_int_equal(of(23, 11)->rte_mem_config_tailq_head, 17552);
	assert_int_equal(of(23, 11)->mp_max_fd_num, 8);
	assert_int_equal(of(24, 11)->mp_max_fd_num, 253);
	assert_int_equal(of(25, 11)->pending_request_request, 4120);
	assert_int_equal(of(26, 3)->rte_mem_config_tailq_head, 17552);
	assert_int_equal(of(26, 3)->pending_request_request, 128);
	assert_int_equal(of(26, 7)->rte_mem_config_memsegs, 144);
	assert_int_equal(of(26, 7)->rte_mem_config_tailq_head, 17576);
	assert_int_equal(of(26, 7)->pending_request_request, 136);
	assert_ptr_equal(of(26, 7), of(26, 11));
}

static void
an_update_has_the_layout_of_its_release(void **state)
{
	(void)state;
	assert_non_null(layout_of(RTE_VERSION_NUM(22, 11, 0, 99)));
	assert_ptr_equal(layout_of(RTE_VERSION_NUM(22, 11, 0, 99)),
		layout_of(RTE_VERSION_NUM(22, 11, 11, 99)));
}

static void
others_are_not_guessed(void **state)
{
	(void)state;
	assert_null(layout_of(0));
	assert_null(layout_of(UINT32_MAX));
	assert_null(of(21, 8));
	assert_null(of(22, 8));
	assert_null(of(23, 5));
	assert_null(of(26, 8));
	assert_null(of(27, 2));
}

/* What tells the release has to be where it can be read before the release is known. */
static void
the_release_is_told_at_one_place(void **state)
{
	unsigned int version, found = 0;

	(void)state;
	for (version = 0; version <= UINT16_MAX; version++) {
		const struct layout *layout = layout_of(version << 16);

		if (layout == NULL)
			continue;
		found++;
		assert_int_equal(layout->rte_mem_config_magic, LAYOUT_MAGIC);
		assert_int_equal(layout->rte_mem_config_version, LAYOUT_VERSION);
		assert_int_equal(layout->magic_value, LAYOUT_MAGIC_VALUE);
	}
	assert_int_equal(found, 16);
}

static unsigned int wrong;

static void
compare(const char *name, uint32_t is, size_t right)
{
	if (is == right)
		return;
	print_error("%s is %u, and %zu in the headers\n", name, is, right);
	wrong++;
}

#define COMPARE_SIZE(type) compare(#type, layout->size_of_##type, sizeof(struct type));
#define COMPARE_MEMBER(type, member)                                                     \
	compare(#type "." #member, layout->type##_##member,                              \
		offsetof(struct type, member));
#define COMPARE_NUMBER(name, value) compare(#name, layout->name, value);

static void
the_headers_say_the_same(void **state)
{
	const struct layout *layout = layout_of(RTE_VERSION);

	(void)state;
	assert_non_null(layout);
	LAYOUT_FIELDS(COMPARE_SIZE, COMPARE_MEMBER, COMPARE_NUMBER)
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_releases_that_were_looked_at),
		cmocka_unit_test(an_update_has_the_layout_of_its_release),
		cmocka_unit_test(others_are_not_guessed),
		cmocka_unit_test(the_release_is_told_at_one_place),
		cmocka_unit_test(the_headers_say_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
