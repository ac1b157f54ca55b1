/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Says on a terminal what a start waits for, when that takes over a second. */

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/deadline.h"
#include "base/json.h"
#include "startup/waiting.h"

#define SAID_AFTER_MS 1000

static struct {
	bool runs;
	bool json;
	int fd; /* a duplicate of standard output */
	pthread_t thread;
	sem_t changed;        /* what, or ends */
	pthread_mutex_t lock; /* of what and ends */
	char what[256];
	bool ends;
} waiting = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
say(void)
{
	json_t *text;
	char *line;

	pthread_mutex_lock(&waiting.lock);
	text = waiting.what[0] != '\0' && !waiting.ends ? json_of_string(waiting.what)
							: NULL;
	pthread_mutex_unlock(&waiting.lock);
	if (text == NULL)
		return;
	if (!waiting.json) {
		dprintf(waiting.fd, "* %s\n", json_string_value(text));
		json_decref(text);
		return;
	}
	text = json_pack("{s:{s:o}}", "log", "text", text);
	line = json_dumps(text, JSON_COMPACT);
	json_decref(text);
	if (line != NULL)
		dprintf(waiting.fd, "%s\n", line);
	free(line);
}

static void *
watch(void *arg)
{
	bool ends = false;

	(void)arg;
	while (!ends) {
		if (deadline_wait(&waiting.changed, SAID_AFTER_MS) < 0) {
			say();
			sem_wait(&waiting.changed);
		}
		pthread_mutex_lock(&waiting.lock);
		ends = waiting.ends;
		pthread_mutex_unlock(&waiting.lock);
	}
	return NULL;
}

void
waiting_begin(bool json)
{
	waiting.json = json;
	waiting.ends = false;
	waiting.what[0] = '\0';
	waiting.fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (waiting.fd < 0)
		return;
	sem_init(&waiting.changed, 0, 0);
	waiting.runs = pthread_create(&waiting.thread, NULL, watch, NULL) == 0;
	if (!waiting.runs)
		close(waiting.fd);
}

void
waiting_for(const char *format, ...)
{
	char what[sizeof(waiting.what)];
	va_list list;

	if (!waiting.runs)
		return;
	va_start(list, format);
	vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	if (strcmp(what, waiting.what) == 0)
		return;
	pthread_mutex_lock(&waiting.lock);
	strcpy(waiting.what, what);
	pthread_mutex_unlock(&waiting.lock);
	sem_post(&waiting.changed);
}

void
waiting_end(void)
{
	if (!waiting.runs)
		return;
	pthread_mutex_lock(&waiting.lock);
	waiting.ends = true;
	pthread_mutex_unlock(&waiting.lock);
	sem_post(&waiting.changed);
	pthread_join(waiting.thread, NULL);
	close(waiting.fd);
	waiting.runs = false;
}
