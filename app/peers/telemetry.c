/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The commands /mpsh/info, /mpsh/peers and /mpsh/stats of DPDK's telemetry. */

#include <ctype.h>
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_telemetry.h>

#include "base/compat.h"
#include "base/loop.h"
#include "base/memory.h"
#include "peers/report.h"
#include "peers/telemetry.h"

/* How many seconds a telemetry thread waits for the main thread's answer. */
#define PATIENCE_S 2

/*
 * A telemetry thread's question to the main thread. After a timeout both may still use
 * it, so the last of the two frees it.
 */
struct question {
	json_t *(*report)(void);
	json_t *answer;
	sem_t answered;
	int holders; /* atomic: threads that have not called release() */
};

static void
release(struct question *question)
{
	if (__atomic_sub_fetch(&question->holders, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	json_decref(question->answer);
	sem_destroy(&question->answered);
	free(question);
}

static void
answer(void *arg)
{
	struct question *question = arg;

	question->answer = question->report();
	sem_post(&question->answered);
	release(question);
}

/* Add one member of an object, unless telemetry has no type for the value (null). */
static void
add_member(struct rte_tel_data *data, const char *name, const json_t *value)
{
	if (json_is_integer(value))
		compat_tel_add_dict_uint(data, name, json_integer_value(value));
	else if (json_is_string(value))
		rte_tel_data_add_dict_string(data, name, json_string_value(value));
}

static void
add_object(struct rte_tel_data *data, const json_t *object)
{
	const json_t *value;
	const char *name;

	rte_tel_data_start_dict(data);
	json_object_foreach((json_t *)object, name, value)
		add_member(data, name, value);
}

/*
 * The key of a row, which may be another row's, too: DPDK allows only letters, digits,
 * '_' and '/', so fw.1 and fw_1 have the same.
 */
static void
row_key(const json_t *row, char *key, size_t size)
{
	const char *name = json_string_value(json_object_get(row, "name"));
	const char *peer = json_string_value(json_object_get(row, "peer"));
	const char *transport = json_string_value(json_object_get(row, "transport"));
	char *c;

	if (transport != NULL)
		snprintf(key, size, "%s/%s", peer, transport);
	else if (json_is_null(json_object_get(row, "id")))
		snprintf(key, size, "%s_%lld", name,
			(long long)json_integer_value(json_object_get(row, "pid")));
	else
		snprintf(key, size, "%s", name);
	for (c = key; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '/')
			*c = '_';
}

/*
 * DPDK 22.11 has no arrays of objects, so the rows of an array become an object's
 * members.
 */
static void
add_document(struct rte_tel_data *data, const json_t *document)
{
	const json_t *row;
	json_t *used;
	char key[128];
	size_t i;

	if (json_is_object(document)) {
		add_object(data, document);
		return;
	}
	used = json_object();
	rte_tel_data_start_dict(data);
	json_array_foreach(document, i, row) {
		struct rte_tel_data *item = rte_tel_data_alloc();

		if (item == NULL)
			break;
		add_object(item, row);
		row_key(row, key, sizeof(key) / 2);
		while (json_object_get(used, key) != NULL &&
			strlen(key) + 1 < sizeof(key))
			strcat(key, "_");
		json_object_set_new(used, key, json_true());
		if (rte_tel_data_add_dict_container(data, key, item, 0) != 0)
			rte_tel_data_free(item);
	}
	json_decref(used);
}

static int
ask(json_t *(*report)(void), struct rte_tel_data *data)
{
	struct question *question = memory_zeroed(sizeof(*question));
	struct timespec deadline;
	int ret;

	if (question == NULL)
		return -ENOMEM;
	question->report = report;
	question->holders = 2;
	sem_init(&question->answered, 0, 0);
	if (loop_post(answer, question) < 0) {
		question->holders = 1;
		release(question);
		return -ENOMEM;
	}
	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += PATIENCE_S;
	do
		ret = sem_clockwait(&question->answered, CLOCK_MONOTONIC, &deadline);
	while (ret < 0 && errno == EINTR);
	if (ret == 0)
		add_document(data, question->answer);
	release(question);
	return ret < 0 ? -ETIMEDOUT : 0;
}

static int
on_info(const char *command, const char *parameters, struct rte_tel_data *data)
{
	(void)command;
	(void)parameters;
	return ask(report_info, data);
}

static int
on_peers(const char *command, const char *parameters, struct rte_tel_data *data)
{
	(void)command;
	(void)parameters;
	return ask(report_peers, data);
}

static int
on_stats(const char *command, const char *parameters, struct rte_tel_data *data)
{
	(void)command;
	(void)parameters;
	return ask(report_stats, data);
}

int
telemetry_start(void)
{
	int ret;

	ret = rte_telemetry_register_cmd(
		"/mpsh/info", on_info, "What this mpsh is and stands on. No parameters");
	if (ret == 0)
		ret = rte_telemetry_register_cmd("/mpsh/peers", on_peers,
			"Who is here, and messages waiting. No parameters");
	if (ret == 0)
		ret = rte_telemetry_register_cmd("/mpsh/stats", on_stats,
			"Messages and round trips by peer and transport. No parameters");
	return ret;
}
