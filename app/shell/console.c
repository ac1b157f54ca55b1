/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Runs batches and prompt, from the start to the exit code. */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <jansson.h>

#include "base/child.h"
#include "base/exit.h"
#include "base/loop.h"
#include "grammar/grammar.h"
#include "output/output.h"
#include "output/scols.h"
#include "output/writer.h"
#include "shell/batch.h"
#include "shell/bequest.h"
#include "shell/console.h"
#include "shell/editor.h"
#include "shell/hooks.h"
#include "shell/input.h"
#include "shell/prompt.h"
#include "shell/session.h"
#include "shell/state.h"
#include "shell/terminal.h"
#include "startup/fatal.h"
#include "startup/options.h"
#include "startup/reconnect.h"

/* At the end mpsh goes on showing received messages until none comes for 2 ms, but for
 * no longer than 200 ms. */
#define SETTLE_NS UINT64_C(200000000)
#define SETTLE_STEP_NS UINT64_C(2000000)

/* Who waits for the prompt is to see it before this process goes on computing. */
#define REST_AFTER_US 20000

struct console_state console;

static void
before_output(void)
{
	console_progress(NULL);
	if (console.is_terminal && console.editor != NULL) {
		prompt_follow_resize();
		prompt_hide();
	}
}

static unsigned int
output_columns(void)
{
	return console.is_terminal ? terminal_columns() : 0;
}

/* Signals. */

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	(void)what;
	(void)arg;
	if (number == SIGWINCH) {
		prompt_follow_resize();
		return;
	}
	if (number == SIGINT && console_is_interactive()) {
		loop_interrupt();
		return;
	}
	if (number == SIGINT && console.prompts) {
		console.cut_short = true;
		loop_interrupt();
		return;
	}
	console.ended = 1;
	loop_stop(128 + number);
}

/* What the parent ignores stays so (nohup; & in a shell without job control). */
static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* Those of console.signals. */
static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };

static int
add_signals(void)
{
	unsigned int i;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (is_ignored(numbers[i]))
			continue;
		console.signals[i] =
			evsignal_new(loop_base(), numbers[i], on_signal, NULL);
		if (console.signals[i] == NULL ||
			evsignal_add(console.signals[i], NULL) != 0)
			return -ENOMEM;
	}
	return 0;
}

static bool
has_events(void *ctx)
{
	(void)ctx;
	return console.hooks.has_pending();
}

/*
 * At the end: show what was received by now, with the messages that still wait in the
 * rings because our output was not being read. SETTLE_NS is the limit, so that a peer
 * that goes on sending cannot keep this process from ending.
 */
static void
settle_all(void)
{
	uint64_t until = loop_now() + SETTLE_NS;

	console.leaving = true;
	do
		session_settle();
	while (loop_now() < until && loop_until(has_events, NULL, SETTLE_STEP_NS) == 0);
}

/* Start, run, end. */

bool
console_has_prompt(const struct options *options)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		options->dump_on_death == NULL &&
		(options->n_sources == 0 || options->interactive);
}

int
console_init(const struct options *options, const struct console_hooks *hooks)
{
	struct output_config config = {
		.columns = output_columns,
		.before = before_output,
	};
	const char *no_color = getenv("NO_COLOR");

	console.options = options;
	console.hooks = *hooks;
	console.prompts = console_has_prompt(options);
	console.is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	console.color = isatty(STDOUT_FILENO) && !options->no_color &&
		(no_color == NULL || no_color[0] == '\0') && !terminal_is_dumb();
	console.out = writer_new(STDOUT_FILENO, loop_base());
	console.err = writer_same(STDOUT_FILENO, STDERR_FILENO)
		? console.out
		: writer_new(STDERR_FILENO, loop_base());
	if (console.out == NULL)
		return -ENOMEM;
	config.out = console.out;
	config.err = console.err;
	config.is_terminal = isatty(STDOUT_FILENO);
	config.json = options->json;
	config.quiet = options->quiet;
	output_init(&config);
	return add_signals();
}

bool
console_prompts(void)
{
	return console.prompts;
}

void
console_lose(const char *why)
{
	loop_stop(EXIT_NOT_STARTED);
	if (console.running)
		console.lost = why;
	else
		output_error("%s", why);
}

/* Is there more of the batch to run? */
static bool
may_go_on(void)
{
	return !console.quit && !console.cut_short && loop_stopped() < 0;
}

/*
 * Make and load what any session needs sometime, and no prompt need wait for. A line that
 * finds the grammar unmade, and a table without its library, get it themselves.
 */
static void
load_rest(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	grammar_make();
	fatal_load();
	scols_load();
}

int
console_run(void)
{
	const struct options *options = console.options;
	const struct source input = { .is_file = true, .text = "-" };
	const struct timeval rest_after = { .tv_usec = REST_AFTER_US };
	bool only_words = options->command != NULL && options->n_sources == 1;
	size_t i;

	if ((options->n_sources != 0 || !console.prompts) && !only_words &&
		console.hooks.is_member)
		output_notice(json_pack("{s:{s:s, s:s, s:i}}", "event", "type", "ready",
				      "peer", console.hooks.name, "pid", (int)getpid()),
			"* ready as %s (pid %d)", console.hooks.name, getpid());
	event_base_once(loop_base(), -1, EV_TIMEOUT, load_rest, NULL, &rest_after);
	for (i = 0; i < options->n_sources && may_go_on(); i++)
		batch_run(&options->sources[i]);
	if (console.prompts && !console.quit && loop_stopped() < 0) {
		loop_interrupt_clear(); /* it has ended the batch */
		prompt_run();
		console.code = 0;
	} else if (may_go_on() && (options->n_sources == 0 || options->interactive)) {
		batch_run(&input);
	}
	settle_all();
	child_end_all();
	return loop_stopped() >= 0 ? loop_stopped() : console.code;
}

static void
on_last_signal(int number)
{
	(void)number;
	console.ended = 1;
}

void
console_free(void)
{
	/* If our output is not being read, a signal must end the flush. The loop does
	 * not run here, so its signal events are replaced by plain handlers. */
	const struct sigaction last = { .sa_handler = on_last_signal };
	unsigned int i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (console.signals[i] == NULL)
			continue;
		event_free(console.signals[i]);
		if (numbers[i] != SIGWINCH)
			sigaction(numbers[i], &last, NULL);
	}
	if (console.out != NULL)
		writer_flush(console.out, &console.ended);
	if (console.err != NULL && console.err != console.out)
		writer_flush(console.err, &console.ended);
	terminal_unmark_pastes();
	if (!reconnect_is_requested() || !bequest_make())
		terminal_reset();
	input_stop();
	if (console.editor != NULL)
		editor_free(console.editor);
	if (console.err != NULL && console.err != console.out)
		writer_free(console.err);
	if (console.out != NULL)
		writer_free(console.out);
	console.out = NULL;
	console.err = NULL;
	console.editor = NULL;
}
