/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * bare_eal EAL-options: rte_eal_init() and nothing else. Says "ready" and ends at the end
 * of its input.
 */

#include <errno.h>
#include <stdio.h>

#include <rte_eal.h>

#include "common.h"

int
main(int argc, char *argv[])
{
	errno = 0;
	if (rte_eal_init(argc, argv) < 0)
		bench_fail("rte_eal_init");
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
