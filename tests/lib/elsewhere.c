/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * For builds with the address sanitizer, whose shadow lies where EAL puts a group's
 * memory by default; what EAL takes instead another process seldom has free. So EAL is
 * given another address, which an option of the command line still goes before. Linked
 * with -Wl,--wrap=rte_eal_init.
 */

#include <stdlib.h>
#include <string.h>

int __real_rte_eal_init(int argc, char *argv[]);
int __wrap_rte_eal_init(int argc, char *argv[]);

/* The last of two such options counts. */
int
__wrap_rte_eal_init(int argc, char *argv[])
{
	static char address[] = "--base-virtaddr=0x200000000000";
	static char **longer; /* EAL keeps pointers into it */
	int n;

	longer = calloc(argc + 2, sizeof(*longer));
	if (longer == NULL || argc == 0)
		return __real_rte_eal_init(argc, argv);
	longer[0] = argv[0];
	longer[1] = address;
	memcpy(longer + 2, argv + 1, (argc - 1) * sizeof(*longer));
	n = __real_rte_eal_init(argc + 1, longer);
	/* How many words were EAL's, without this one. */
	return n > 0 ? n - 1 : n;
}
