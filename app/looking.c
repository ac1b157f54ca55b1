/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Looks from outside: opens what is looked at, and runs batch and prompt on it. */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <jansson.h>

#include "base/exit.h"
#include "base/json.h"
#include "base/loop.h"
#include "cmds/cmds.h"
#include "death.h"
#include "exchange/question.h"
#include "exchange/settings.h"
#include "host/runtime.h"
#include "looking.h"
#include "outside/look.h"
#include "output/output.h"
#include "peers/self.h"
#include "shell/console.h"
#include "shell/front.h"
#include "shell/hooks.h"
#include "startup/command_line.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/refuse.h"

/* Set by looking_is_asked(): of a batch without -o, else NEED_GROUP. */
static enum commands_need needed = NEED_GROUP;

/* What a batch of -e and words needs. One of files or of standard input may need all. */
static enum commands_need
need_of(const struct options *options)
{
	const char **lines;
	enum commands_need need;
	size_t i;

	for (i = 0; i < options->n_sources; i++)
		if (options->sources[i].is_file)
			return NEED_MEMBER;
	lines = calloc(options->n_sources + 1, sizeof(lines[0]));
	if (lines == NULL)
		return NEED_MEMBER;
	for (i = 0; i < options->n_sources; i++)
		lines[i] = options->sources[i].text;
	need = commands_need_of(lines, options->n_sources);
	free(lines);
	return need;
}

/* What needs nothing joins where it can, and does without where there is no group. */
bool
looking_is_asked(const struct options *options)
{
	char dir[PATH_MAX];

	if (options->outside != NULL)
		return true;
	if (!options->is_batch || options->n_sources == 0 || options->has_wait ||
		options->name != NULL || options->has_proc_type || options->interactive)
		return false;
	needed = need_of(options);
	if (needed == NEED_NOTHING) {
		host_runtime_dir(options->file_prefix, dir, sizeof(dir));
		return host_primary(dir) == 0;
	}
	return needed == NEED_HOST || needed == NEED_GROUP;
}

/*
 * Say that another group than rte is looked at: on standard error, where no script reads
 * results.
 */
static void
say_instead(const struct options *options)
{
	const char *prefix = look_instead();

	if (prefix == NULL || options->quiet)
		return;
	if (options->json)
		json_print(
			json_pack("{s:{s:s, s:i, s:o}}", "event", "type", "looks", "pid",
				(int)look_pid(), "prefix", json_of_string(prefix)),
			stderr);
	else
		fprintf(stderr, "* no group under prefix rte: this is %s (pid %d)\n",
			output_escape(prefix, strlen(prefix)).text, (int)look_pid());
}

/* Choose what to look at. Returns 0 or the exit code, after the error was printed. */
static int
choose(const struct options *options)
{
	struct refusal refusal;
	char error[512];
	int ret;

	if (needed >= NEED_HOST && needs_check_proc(&refusal) != 0) {
		refuse_print(options->json, refusal.text);
		return refusal.code;
	}
	if (needed <= NEED_HOST)
		return 0;
	if (options->outside != NULL)
		ret = look_at(options->outside, error, sizeof(error));
	else
		ret = look_at_prefix(
			options->has_file_prefix ? options->file_prefix : NULL, error,
			sizeof(error));
	if (ret == 0) {
		say_instead(options);
		return 0;
	}
	refuse_print(options->json, error);
	return ret == -EEXIST ? EXIT_WRONG_USAGE : EXIT_NOT_STARTED;
}

/* The process that was looked at has ended. */
static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	pid_t pid = look_pid();

	(void)fd;
	(void)what;
	(void)arg;
	output_notice(
		json_pack("{s:{s:s, s:i}}", "event", "type", "ended", "pid", (int)pid),
		look_ended() ? "* pid %d has ended: what it left is looked at"
			     : "* pid %d has ended, and left nothing",
		(int)pid);
}

static void
drain(void)
{
}

static bool
has_pending(void)
{
	return false;
}

int
looking_run(const struct options *options)
{
	const struct console_hooks hooks = {
		.name = "outside",
		.may_run = commands_may_run,
		.drain = drain,
		.has_pending = has_pending,
	};
	struct event *end = NULL;
	int ret;

	if (loop_init() < 0) {
		refuse_print(options->json, "out of memory or descriptors");
		return EXIT_NOT_STARTED;
	}
	hub_stay_outside(options->file_prefix);
	exchange_set_timeout(options->timeout_ms);
	options_keep(options);
	ret = choose(options);
	if (ret != 0)
		return ret;
	if (look_descriptor() >= 0 && options->dump_on_death == NULL)
		end = event_new(loop_base(), look_descriptor(), EV_READ, on_end, NULL);
	if (end != NULL)
		event_add(end, NULL);
	if (console_init(options, &hooks) < 0) {
		refuse_print(options->json, "out of memory or descriptors");
		ret = EXIT_NOT_STARTED;
	} else {
		settings_inherit();
		ret = options->dump_on_death != NULL
			? death_dump(options->outside, options->dump_on_death)
			: console_run();
	}
	console_free();
	loop_free_event(&end);
	return ret;
}
