/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Differences between the releases of DPDK that mpsh is built with, 22.11 to 25.11.
 * Each names the release that made it. No other file compares RTE_VERSION to choose
 * code.
 */

#ifndef MPSH_BASE_COMPAT_H
#define MPSH_BASE_COMPAT_H

#include <rte_telemetry.h>
#include <rte_version.h>

/* Renamed in 23.03; 25.11 no longer has the old name. */
#if RTE_VERSION < RTE_VERSION_NUM(23, 3, 0, 0)
#define compat_tel_add_dict_uint rte_tel_data_add_dict_u64
#else
#define compat_tel_add_dict_uint rte_tel_data_add_dict_uint
#endif

/*
 * A secondary's copies of EAL's memory lists are files named fbarray_NAME_PID,
 * since 24.11 fbarray_NAME_PID_TIME.
 */
#define COMPAT_LIST_HAS_TIME (RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0))

/*
 * EAL options that 22.11 lacks, as rows for the table in startup/eal_options.c. The
 * value of --syslog is optional since 24.11.
 */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0)
#define COMPAT_SYSLOG_TAKES TAKES_OPTIONAL
#define COMPAT_EAL_OPTIONS_24_11                                                         \
	{ "--log-color", TAKES_OPTIONAL, EAL_OTHER },                                    \
		{ "--log-timestamp", TAKES_OPTIONAL, EAL_OTHER },
#else
#define COMPAT_SYSLOG_TAKES TAKES_VALUE
#define COMPAT_EAL_OPTIONS_24_11
#endif
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
#define COMPAT_EAL_OPTIONS_25_11                                                         \
	{ "--coremask", TAKES_VALUE, EAL_CORE_MASK },                                    \
		{ "--driver-path", TAKES_VALUE, EAL_OTHER },                             \
		{ "--memory-channels", TAKES_VALUE, EAL_OTHER },                         \
		{ "--memory-ranks", TAKES_VALUE, EAL_OTHER },                            \
		{ "--memory-size", TAKES_VALUE, EAL_MEMORY },                            \
		{ "--numa-limit", TAKES_VALUE, EAL_OTHER },                              \
		{ "--numa-mem", TAKES_VALUE, EAL_SOCKET_MEM },                           \
		{ "-R", TAKES_OPTIONAL, EAL_OTHER },                                     \
		{ "--remap-lcore-ids", TAKES_OPTIONAL, EAL_OTHER },                      \
		{ "--service-corelist", TAKES_VALUE, EAL_SERVICE_LIST },                 \
		{ "--service-coremask", TAKES_VALUE, EAL_SERVICE_MASK },
#else
#define COMPAT_EAL_OPTIONS_25_11
#endif

#endif
