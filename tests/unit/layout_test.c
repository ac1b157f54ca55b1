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

#include <rte_version.h>

#include "outside/layout.h"

static const struct layout *
of(unsigned int year, unsigned int month)
{
	return layout_of(RTE_VERSION_NUM(year, month, 3, 99));
}

static void
the_releases_that_were_looked_at(void **state)
{
	(void)state;
	assert_int_equal(of(21, 11)->memzones, 40);
	assert_int_equal(of(22, 11)->memzones, 40);
	assert_int_equal(of(22, 11)->tailq_head, 17544);
	assert_int_equal(of(22, 11)->memsegs, 136);
	assert_int_equal(of(24, 11)->memsegs, 144);
	assert_int_equal(of(23, 3)->memzones, 48);
	assert_int_equal(of(24, 11)->tailq_head, 17552);
	assert_int_equal(of(25, 11)->tailq_head, 17552);
	assert_int_equal(of(26, 7)->tailq_head, 17576);
	assert_ptr_equal(of(26, 7), of(26, 11));
}

static void
others_are_not_guessed(void **state)
{
	(void)state;
	assert_null(layout_of(0));
	assert_null(layout_of(UINT32_MAX));
	assert_null(of(21, 8));
	assert_null(of(26, 3));
	assert_null(of(27, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_releases_that_were_looked_at),
		cmocka_unit_test(others_are_not_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
