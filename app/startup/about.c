/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Prints what --help and --version ask for, as text or as JSON. */

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <rte_version.h>

#include "base/json.h"
#include "message/message.h"
#include "startup/about.h"
#include "startup/options.h"
#include "startup/own_options.h"
#include "version.h"

void
about_help(const struct options *options)
{
	if (options->json)
		json_print(json_pack("{s:s}", "usage", options_help()), stdout);
	else
		fputs(options_help(), stdout);
}

void
about_version(const struct options *options)
{
	const char *dpdk = strchr(rte_version(), ' ') + 1;

	if (options->json)
		json_print(json_pack("{s:{s:s, s:i, s:s}}", "version", "mpsh",
				   MPSH_VERSION, "protocol", MPSH_PROTOCOL, "dpdk", dpdk),
			stdout);
	else
		printf("mpsh %s, protocol %u, DPDK %s\n", MPSH_VERSION, MPSH_PROTOCOL,
			dpdk);
}
