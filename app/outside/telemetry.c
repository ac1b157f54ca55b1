/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Speaks with DPDK's telemetry: a greeting, then a packet for each question and answer.
 */

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <event2/event.h>
#include <jansson.h>

#include "base/json.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "outside/group.h"
#include "outside/look.h"
#include "outside/telemetry.h"
#include "outside/telemetry_socket.h"

/* DPDK reads this much of a question (lib/telemetry/telemetry.c), with the NUL. */
#define QUESTION_SIZE 1024

/* An answer is 16 KiB at most up to 26.07; a longer one than this is not read. */
#define ANSWER_MAX (1 << 20)

/* How long a key waits for what completion offers. */
#define COMPLETION_NS UINT64_C(200000000)

struct talk {
	int fd;
	uint64_t deadline;
	bool (*wait)(const struct talk *talk, int *ret); /* until there is an answer */
	char *packet;                                    /* ANSWER_MAX bytes */
	char who[TEXT_ESCAPED_SIZE(64) + 16];            /* "prefix foo" */
	char *error;
	size_t size;
};

/* ---- waiting ---- */

static bool
wait_for_key(const struct talk *talk, int *ret)
{
	struct pollfd poller = { .fd = talk->fd, .events = POLLIN };
	uint64_t now = loop_now();

	*ret = -ETIMEDOUT;
	return now < talk->deadline &&
		poll(&poller, 1, (int)((talk->deadline - now) / 1000000 + 1)) > 0;
}

static void
on_packet(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	*(bool *)arg = true;
}

static bool
is_there(void *ctx)
{
	return *(bool *)ctx;
}

static bool
wait_in_loop(const struct talk *talk, int *ret)
{
	uint64_t now = loop_now();
	bool came = false;
	struct event *event = event_new(loop_base(), talk->fd, EV_READ, on_packet, &came);

	*ret = -ENOMEM;
	if (event == NULL)
		return false;
	event_add(event, NULL);
	*ret = loop_until(
		is_there, &came, talk->deadline > now ? talk->deadline - now : 0);
	loop_free_event(&event);
	return *ret == 0;
}

/* ---- packets ---- */

static int
say_failed(struct talk *talk, int error)
{
	if (error == -ETIMEDOUT)
		snprintf(talk->error, talk->size, "the telemetry of %s does not answer",
			talk->who);
	else if (error == -ENOENT || error == -ECONNREFUSED || error == -ENOTDIR)
		snprintf(talk->error, talk->size, "no telemetry socket %s %s",
			strncmp(talk->who, "pid", 3) == 0 ? "of" : "under", talk->who);
	else
		snprintf(talk->error, talk->size, "the telemetry of %s: %s", talk->who,
			error == -EINTR ? "interrupted" : strerror(-error));
	return error;
}

/* Receive one packet and parse it. Returns 0 or a negative errno, with its line. */
static int
receive(struct talk *talk, json_t **document)
{
	json_error_t place;
	ssize_t n;
	int ret;

	if (!talk->wait(talk, &ret))
		return say_failed(talk, ret);
	n = recv(talk->fd, talk->packet, ANSWER_MAX, MSG_TRUNC);
	if (n <= 0)
		return say_failed(talk, n == 0 ? -ECONNRESET : -errno);
	if (n > ANSWER_MAX) {
		snprintf(talk->error, talk->size,
			"the telemetry of %s answers too much: %zd bytes", talk->who, n);
		return -EMSGSIZE;
	}
	*document = json_loadb(talk->packet, n, 0, &place);
	/* Numbers of 64 bits without a sign are larger than jansson's. */
	if (*document == NULL)
		*document = json_loadb(talk->packet, n, JSON_DECODE_INT_AS_REAL, &place);
	if (json_is_object(*document))
		return 0;
	json_decref(*document);
	snprintf(talk->error, talk->size, "the telemetry of %s answers what is no JSON",
		talk->who);
	return -EBADMSG;
}

static int
say_hello(struct talk *talk)
{
	json_t *greeting;
	int ret = receive(talk, &greeting);

	if (ret == 0)
		json_decref(greeting);
	return ret;
}

/* Ask one question. *answer gets the value of the one member of what is answered. */
static int
ask(struct talk *talk, const char *question, json_t **answer)
{
	json_t *document;
	int ret;

	if (send(talk->fd, question, strlen(question), MSG_NOSIGNAL) < 0)
		return say_failed(talk, -errno);
	ret = receive(talk, &document);
	if (ret < 0)
		return ret;
	*answer = json_incref(json_object_iter_value(json_object_iter(document)));
	json_decref(document);
	if (*answer != NULL)
		return 0;
	snprintf(talk->error, talk->size, "the telemetry of %s answers nothing",
		talk->who);
	return -EBADMSG;
}

/* ---- a talk ---- */

static void
name_who(struct talk *talk, const struct group *group, pid_t pid)
{
	char shown[TEXT_ESCAPED_SIZE(64)];

	text_escape(shown, (const uint8_t *)group->prefix, strnlen(group->prefix, 64));
	if (group->prefix[0] != '\0')
		snprintf(talk->who, sizeof(talk->who), "prefix %s", shown);
	else
		snprintf(talk->who, sizeof(talk->who), "pid %d", (int)pid);
}

static void
hang_up(struct talk *talk)
{
	if (talk->fd >= 0)
		close(talk->fd);
	free(talk->packet);
}

/* Begin a talk; after an error it is ended. */
static int
call(struct talk *talk)
{
	struct group group;
	int ret = look_open(&group, talk->error, talk->size);

	talk->fd = -1;
	if (ret < 0)
		return ret;
	if (group.kind == GROUP_DUMP) {
		snprintf(talk->error, talk->size,
			"a dump has no telemetry: a process that runs answers it");
		group_close(&group);
		return -ENOENT;
	}
	name_who(talk, &group, look_pid());
	talk->packet = memory_get(ANSWER_MAX);
	if (talk->packet == NULL)
		ret = say_failed(talk, -ENOMEM);
	else
		talk->fd = telemetry_socket_open(&group, look_pid());
	group_close(&group);
	if (ret == 0 && talk->fd < 0)
		ret = say_failed(talk, talk->fd);
	if (ret == 0)
		ret = say_hello(talk);
	if (ret < 0)
		hang_up(talk);
	return ret;
}

/* ---- answers ---- */

/* The same value with its names and strings escaped, since others wrote them. */
static json_t *
escaped(const json_t *value)
{
	json_t *copy, *member;
	const char *key;
	size_t i;

	if (json_is_string(value))
		return json_of_bytes(json_string_value(value), json_string_length(value));
	if (json_is_array(value)) {
		copy = json_array();
		json_array_foreach(value, i, member)
			json_array_append_new(copy, escaped(member));
		return copy;
	}
	if (!json_is_object(value))
		return json_incref((json_t *)value);
	copy = json_object();
	json_object_foreach((json_t *)value, key, member) {
		json_t *name = json_of_string(key);

		json_object_set_new(copy, json_string_value(name), escaped(member));
		json_decref(name);
	}
	return copy;
}

/* The strings of an array that lie in it, up to max. Returns their number. */
static size_t
strings_of(const json_t *array, const char *strings[], size_t max)
{
	const json_t *entry;
	size_t i, n = 0;

	json_array_foreach(array, i, entry)
		if (json_is_string(entry) && n < max)
			strings[n++] = json_string_value(entry);
	return n;
}

#define PATHS_MAX 1024

/* DPDK answers null to a path that it does not know, and to some parameters. */
static int
say_nothing(struct talk *talk, const char *question)
{
	char path[QUESTION_SIZE], shown[TEXT_ESCAPED_SIZE(128)];
	const char *paths[PATHS_MAX], *nearest;
	json_t *list;
	size_t n, i;
	int ret = ask(talk, "/", &list);

	if (ret < 0)
		return ret;
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(question, ","), question);
	text_escape(shown, (const uint8_t *)path, strnlen(path, 128));
	n = strings_of(list, paths, PATHS_MAX);
	for (i = 0; i < n && strcmp(paths[i], path) != 0; i++)
		;
	nearest = i < n ? NULL : text_nearest(path, paths, n);
	if (i < n)
		snprintf(talk->error, talk->size,
			"%s answers nothing: its parameters may be wrong; telemetry "
			"/help,%s",
			shown, shown);
	else if (nearest != NULL &&
		text_escape(path, (const uint8_t *)nearest, strnlen(nearest, 63)) > 0)
		snprintf(talk->error, talk->size, "no telemetry %s: did you mean %s?",
			shown, path);
	else
		snprintf(talk->error, talk->size, "no telemetry %s: telemetry / lists it",
			shown);
	json_decref(list);
	return -ENOENT;
}

int
telemetry_ask(const char *question, uint32_t timeout_ms, json_t **answer, char *error,
	size_t size)
{
	struct talk talk = {
		.deadline = loop_now() + timeout_ms * UINT64_C(1000000),
		.wait = wait_in_loop,
		.error = error,
		.size = size,
	};
	json_t *raw = NULL;
	int ret;

	if (question[0] != '/' || strlen(question) >= QUESTION_SIZE) {
		snprintf(error, size,
			question[0] == '/' ? "a telemetry path with its parameters has "
					     "at most 1023 bytes"
					   : "a telemetry path begins with /");
		return -EINVAL;
	}
	ret = call(&talk);
	if (ret < 0)
		return ret;
	ret = ask(&talk, question, &raw);
	if (ret == 0 && json_is_null(raw))
		ret = say_nothing(&talk, question);
	if (ret == 0)
		*answer = escaped(raw);
	json_decref(raw);
	hang_up(&talk);
	return ret;
}

/* ---- completion ---- */

/* Add what the list beside a path has, as parameters of the path. */
static void
add_parameters(struct talk *talk, const char *path, json_t *questions)
{
	char question[QUESTION_SIZE];
	const char *slash = strrchr(path, '/');
	const json_t *entry;
	json_t *list;
	size_t i;

	snprintf(question, sizeof(question), "%.*s/list", (int)(slash - path), path);
	if (ask(talk, strcmp(path, "/help") == 0 ? "/" : question, &list) < 0)
		return;
	json_array_foreach(list, i, entry)
		if (json_is_string(entry))
			json_array_append_new(questions,
				json_sprintf("%s,%s", path, json_string_value(entry)));
		else if (json_is_integer(entry))
			json_array_append_new(questions,
				json_sprintf("%s,%" JSON_INTEGER_FORMAT, path,
					json_integer_value(entry)));
	json_decref(list);
}

json_t *
telemetry_questions(const char *typed)
{
	char error[256], path[QUESTION_SIZE];
	struct talk talk = {
		.deadline = loop_now() + COMPLETION_NS,
		.wait = wait_for_key,
		.error = error,
		.size = sizeof(error),
	};
	json_t *questions = json_array(), *list;
	size_t length = strcspn(typed, ",");

	if (call(&talk) < 0)
		return questions;
	snprintf(path, sizeof(path), "%.*s", (int)length, typed);
	if (path[0] == '/' && typed[length] == ',') {
		add_parameters(&talk, path, questions);
	} else if (ask(&talk, "/", &list) == 0) {
		json_array_extend(questions, list);
		json_decref(list);
	}
	hang_up(&talk);
	return questions;
}
