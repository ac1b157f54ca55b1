/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Start-up and shut-down, in order. */

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_service_component.h>
#include <rte_version.h>

#include "base/exit.h"
#include "base/loop.h"
#include "base/memory.h"
#include "base/ticks.h"
#include "base/watchdog.h"
#include "cmds/cmds.h"
#include "exchange/incoming.h"
#include "exchange/listened.h"
#include "exchange/notice.h"
#include "exchange/question.h"
#include "exchange/settings.h"
#include "grammar/args.h"
#include "grammar/command.h"
#include "grammar/grammar.h"
#include "host/process.h"
#include "host/runtime.h"
#include "looking.h"
#include "message/stats.h"
#include "mp/callbacks.h"
#include "mp/handler.h"
#include "mp/mp.h"
#include "outside/objects.h"
#include "output/output.h"
#include "peers/hub.h"
#include "peers/letgo.h"
#include "peers/peer.h"
#include "peers/places.h"
#include "peers/seat.h"
#include "peers/self.h"
#include "peers/shared.h"
#include "peers/telemetry.h"
#include "ring/doorbell.h"
#include "ring/worker.h"
#include "shell/bequest.h"
#include "shell/console.h"
#include "shell/front.h"
#include "shell/hooks.h"
#include "shell/session.h"
#include "shell/terminal.h"
#include "startup/about.h"
#include "startup/command_line.h"
#include "startup/completion.h"
#include "startup/doctor.h"
#include "startup/eal_errors.h"
#include "startup/eallog.h"
#include "startup/fatal.h"
#include "startup/known_tailqs.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/preflight.h"
#include "startup/reconnect.h"
#include "startup/refuse.h"
#include "startup/waiting.h"
#include "version.h"

#define ATTACH_TIMEOUT_MS 10000

/* How long rte_eal_init() may take without a sign of life. */
#define START_MS UINT64_C(8400)

/* How long each half of the end may take, before and after the last output. */
#define END_MS 900

/* For the watchdogs, which run in threads of their own, and for fail(). */
static struct {
	const struct options *options;
	const struct preflight *preflight;
	bool starts; /* from the preflight up to the prompt */
	bool start_was_longer;
	bool fault_passes; /* that made EAL's start fail, refusal.passes */
	uint64_t left_ms;  /* that -w gives EAL's start beyond START_MS */
	int code;          /* the exit code when the end takes too long */
} watched;

/* In the environment: CLOCK_MONOTONIC in ms after which no start is tried anew. */
#define UNTIL "MPSH_START_UNTIL"

/*
 * Has the start failed for what the next one will not meet: a fault that passes, or that
 * the prefix has another primary than when this start began, or none any more?
 */
static bool
may_start_anew(void)
{
	const struct preflight *preflight = watched.preflight;
	const struct options *options = watched.options;
	const char *until = getenv(UNTIL);
	pid_t primary = watched.starts ? host_primary(preflight->runtime_dir) : 0;

	if (!watched.starts ||
		(until != NULL && loop_now() / 1000000 > strtoull(until, NULL, 10)))
		return false;
	if (preflight->is_primary)
		return primary != 0;
	if (primary == preflight->primary_pid)
		return watched.fault_passes;
	return primary != 0 || options->wish != WISH_SECONDARY || options->has_wait;
}

/* EAL cannot be started twice in a process. Returns only if this fails. */
static void
start_anew(void)
{
	char until[32];

	snprintf(until, sizeof(until), "%" PRIu64,
		loop_now() / 1000000 + ATTACH_TIMEOUT_MS);
	setenv(UNTIL, until, 0);
	terminal_reset();
	letgo_own_files(watched.preflight->runtime_dir, false);
	reconnect_execute(true);
}

/*
 * Print an error of one or two lines on stderr, as text or JSON. Does not use output_*(),
 * which may not be initialised yet. Returns code.
 */
static int fail(const struct options *options, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int
fail(const struct options *options, int code, const char *format, ...)
{
	char error[sizeof(((struct refusal *)NULL)->text)];
	va_list list;

	waiting_end();
	if (code == EXIT_NOT_STARTED && may_start_anew())
		start_anew();
	va_start(list, format);
	vsnprintf(error, sizeof(error), format, list);
	va_end(list);
	refuse_print(options->json, error);
	return code;
}

/* Set by -w: when the primary ends, an interactive console reconnects without asking. */
static bool rejoins;

static void
on_hub(enum hub_event event, const struct peer *peer)
{
	exchange_on_hub(event, peer);
	if (hub_is_live())
		return;
	if (!console_prompts()) {
		console_lose(event == HUB_PLACE_LOST
				? "the primary has detached this process"
				: "the primary is gone");
	} else if (rejoins) {
		reconnect_request();
		console_quit();
	}
}

/*
 * rte_eal_init() takes too long. In a system call it waits for another process, and can
 * only be ended with this one; while it computes it has as much time again.
 */
static uint32_t
bite_start(void)
{
	const struct preflight *preflight = watched.preflight;
	bool sleeps = host_process_state(getpid()) == 'S';
	struct refusal refusal;
	uint32_t ms = RTE_MIN(watched.left_ms, START_MS);

	if (ms != 0 && host_primary(preflight->runtime_dir) == preflight->primary_pid) {
		watched.left_ms -= ms;
		return ms;
	}
	if (!sleeps && !watched.start_was_longer) {
		watched.start_was_longer = true;
		return START_MS;
	}
	eallog_restore();
	terminal_reset();
	/* Not the primary's socket of another that was faster. */
	letgo_own_files(preflight->runtime_dir,
		preflight->is_primary && host_primary(preflight->runtime_dir) == 0);
	if (preflight->is_primary)
		fail(watched.options, EXIT_NOT_STARTED,
			"EAL does not come to the end of its start: it %s",
			sleeps ? "waits in a system call" : "goes on computing");
	else
		fail(watched.options,
			refuse_hung_start(sleeps, preflight->primary_pid, &refusal), "%s",
			refusal.text);
	_exit(EXIT_NOT_STARTED);
}

static int
start_eal(const struct options *options, const struct preflight *preflight)
{
	struct refusal refusal;
	char *log, who[80];
	int ret;

	if (eallog_start() < 0)
		return fail(options, EXIT_NOT_STARTED, "no descriptor for EAL's log");
	if (preflight->is_primary)
		waiting_for("waiting for EAL to take memory and start");
	else
		waiting_for("waiting for EAL to join the primary, %s",
			host_describe_process(preflight->primary_pid, who, sizeof(who)));
	watched.left_ms = RTE_MAX(preflight_attach_ms(options), START_MS) - START_MS;
	watchdog_start(START_MS, bite_start);
	ticks_begin();
	ret = rte_eal_init(options->eal_argc, options->eal_argv);
	ticks_calibrate();
	watchdog_stop();
	if (ret >= 0 && preflight->is_primary)
		known_tailqs_make();
	log = eallog_stop();
	if (ret < 0) {
		if (!preflight->is_primary)
			letgo_own_files(preflight->runtime_dir, false);
		preflight_explain(
			options, preflight, log != NULL ? log : "", rte_errno, &refusal);
		watched.fault_passes = refusal.passes;
		free(log);
		return fail(options, refusal.code, "%s", refusal.text);
	}
	free(log);
	if (!preflight->is_primary &&
		preflight_check_mapped(options, preflight, &refusal) != 0) {
		letgo_own_files(preflight->runtime_dir, false);
		return fail(options, refusal.code, "%s", refusal.text);
	}
	/* rte_eal_init() takes some 100 KiB of the primary's heap for EAL's services,
	 * which mpsh does not use. Free them now: if this secondary is killed, nobody
	 * else can.
	 */
	if (!preflight->is_primary)
		rte_service_finalize();
	return 0;
}

/*
 * Set *role: primary, secondary, or guest if the primary runs no mpsh. Returns 0 or the
 * exit code.
 */
static int
find_role(const struct options *options, const struct preflight *preflight,
	uint64_t deadline, enum role *role)
{
	uint32_t version = 0;
	int ret;

	*role = ROLE_PRIMARY;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		return 0;
	ret = hub_await(preflight->primary_pid, deadline, &version);
	if (ret == -EPROTO)
		return fail(options, EXIT_NOT_STARTED,
			"mpsh protocol versions differ: this one speaks %u, "
			"the primary %u\nuse the same mpsh for both",
			MPSH_PROTOCOL, version);
	*role = ret == 0 ? ROLE_SECONDARY : ROLE_GUEST;
	return 0;
}

/* The request of the attach does not see the end of the primary: it is looked for. */
#define LOOK_MS 250
static uint32_t
bite_attach(void)
{
	const struct preflight *preflight = watched.preflight;
	struct refusal refusal;

	if (host_primary(preflight->runtime_dir) == preflight->primary_pid)
		return LOOK_MS;
	terminal_reset();
	letgo_own_files(preflight->runtime_dir, false);
	refuse_left_primary(preflight->primary_pid, &refusal);
	_exit(fail(watched.options, refusal.code, "%s", refusal.text));
}

static int
attach(const struct options *options, uint64_t deadline)
{
	char error[512];
	int ret;

	waiting_for("waiting up to %" PRIu64 " s for the primary to answer the attach",
		preflight_attach_ms(options) / 1000);
	watchdog_start(LOOK_MS, bite_attach);
	do {
		uint64_t left_ms = (deadline - RTE_MIN(loop_now(), deadline)) / 1000000;

		ret = hub_attach(RTE_MAX(left_ms, 1u), error, sizeof(error));
		if (ret == -EAGAIN)
			usleep(1000);
	} while (ret == -EAGAIN && loop_now() < deadline);
	watchdog_stop();
	return ret < 0 ? fail(options, EXIT_NOT_STARTED, "%s", error) : 0;
}

/* Without a primary no more events can arrive. */
static bool
has_pending(void)
{
	return hub_is_live() && worker_has_events();
}

/* Start mpsh, from rte_eal_init() up to the prompt. Returns 0 or the exit code. */
static int
start_mpsh(const struct options *options, const struct preflight *preflight)
{
	struct hub_config config = {
		.name = options->name,
		.max_peers = options->max_peers,
		.primary_pid = preflight->primary_pid,
		.runtime_dir = preflight->runtime_dir,
		.file_prefix = options->file_prefix,
		.huge_dir = options->huge_dir,
		.listener = on_hub,
	};
	struct console_hooks hooks = {
		.is_member = true,
		.may_run = commands_may_run,
		.drain = exchange_show_events,
		.has_pending = has_pending,
	};
	uint64_t deadline = loop_now() + preflight_attach_ms(options) * UINT64_C(1000000);
	char error[512];
	int ret;

	rejoins = options->has_wait;
	ret = find_role(options, preflight, deadline, &config.role);
	if (ret != 0)
		return ret;
	if (ipc_start(config.role == ROLE_PRIMARY, preflight->primary_pid,
		    preflight->runtime_dir) < 0)
		return fail(options, EXIT_NOT_STARTED, "no thread for rte_mp can be had");
	if (hub_start(&config, error, sizeof(error)) < 0)
		return fail(options, EXIT_NOT_STARTED, "%s", error);
	if (config.role == ROLE_SECONDARY) {
		ret = attach(options, deadline);
		if (ret != 0)
			return ret;
		ipc_set_number(hub_number());
	}
	hooks.name = hub_name();
	ret = console_init(options, &hooks);
	if (ret == 0)
		ret = worker_start(hub_number(), config.role == ROLE_PRIMARY,
			hub_doorbell(), options->poll, exchange_on_event,
			console_may_show);
	if (ret == 0 && config.role == ROLE_SECONDARY)
		ret = seat_open_rings();
	if (ret < 0)
		return fail(options, EXIT_NOT_STARTED, "mpsh could not start: %s",
			strerror(-ret));
	if (!ipc_sends_are_limited())
		output_error("EAL's rte_mp socket was not found: a send to a process "
			     "that does not read may block for ever");
	settings_inherit();
	listened_inherit();
	if (config.role != ROLE_PRIMARY && console_prompts() && options->n_sources == 0 &&
		(options->has_wait || reconnect_has_run()))
		notice_joined();
	loop_set_drain(exchange_show_events);
	if (config.role == ROLE_PRIMARY) {
		telemetry_start(); /* mpsh works without telemetry, too */
		ipc_accept_attaches();
	}
	eallog_notices(notice_log);
	if (options->eal_version) /* EAL has logged it, with what it says of its start */
		notice_log(rte_version());
	return 0;
}

/* Become the mpsh that reconnect asks for. Returns the exit code if that fails. */
static int
execute_anew(const struct options *options)
{
	int ret;

	settings_bequeath();
	listened_bequeath();
	ret = reconnect_execute(false);
	terminal_reset();
	return fail(options, EXIT_NOT_STARTED, "mpsh cannot be executed anew: %s",
		strerror(-ret));
}

/* The end waits for a lock or a socket of others: go without it, but leave no trace. */
static uint32_t
bite_end(void)
{
	terminal_reset();
	letgo_own_files(watched.preflight->runtime_dir, watched.preflight->is_primary);
	if (reconnect_is_requested())
		watched.code = execute_anew(watched.options);
	_exit(watched.code);
}

/* EAL's own end; where its memory is damaged, mpsh ends without it. */
static void
clean_up(void)
{
	const struct preflight *preflight = watched.preflight;

	if (!objects_are_whole()) {
		letgo_own_files(preflight->runtime_dir, preflight->is_primary);
		return;
	}
	watchdog_start(END_MS, bite_end);
	fatal_expect(watched.code);
	rte_eal_cleanup();
	fatal_expect(-1);
	watchdog_stop();
}

static void
stop_mpsh(int code)
{
	bool live = hub_is_live();

	watched.code = code;
	if (live) {
		watchdog_start(END_MS, bite_end);
		hub_leave();
		worker_stop();
		ipc_stop();
		watchdog_stop();
	}
	console_free(); /* takes as long as the output is not read */
	eallog_notices(NULL);
	hub_free();
	if (live)
		clean_up();
}

static int
run(struct options *options)
{
	const struct ipc_callbacks callbacks = {
		.attach = hub_on_attach,
		.message = exchange_on_message,
		.received = exchange_on_received,
	};
	struct preflight preflight;
	struct refusal refusal;
	int ret;

	if (isatty(STDOUT_FILENO) && !options->quiet &&
		(options->is_batch || terminal_in_front()))
		waiting_begin(options->json);
	if (preflight_check(options, &preflight, &refusal) != 0)
		return fail(options, refusal.code, "%s", refusal.text);
	if (loop_init() < 0 || stats_init() < 0 || ipc_register(&callbacks) < 0)
		return fail(options, EXIT_NOT_STARTED, "out of memory or descriptors");
	doorbell_init();
	exchange_set_timeout(options->timeout_ms);
	options_keep(options);
	watched.options = options;
	watched.preflight = &preflight;
	watched.starts = true;
	options_fix_role(options, preflight.is_primary);
	ret = start_eal(options, &preflight);
	if (ret != 0)
		return ret;
	ret = start_mpsh(options, &preflight);
	waiting_end();
	watched.starts = false;
	unsetenv(UNTIL);
	if (ret == 0)
		ret = console_run();
	stop_mpsh(ret);
	return reconnect_is_requested() ? execute_anew(options) : ret;
}

/* Join a group, or only look. Returns the exit code. */
static int
join_or_look(struct options *options)
{
	int ret;

	options->is_batch = !console_has_prompt(options);
	/* A member that joins anew goes on in the background. */
	if (!reconnect_has_run() && front_check(options) < 0)
		return fail(options, EXIT_NOT_STARTED,
			"no terminal: this is a background process%s",
			options->is_batch ? "; give commands with -e, -f or on a pipe"
					  : "");
	if (!looking_is_asked(options))
		return run(options);
	ret = looking_run(options);
	return reconnect_is_requested() ? execute_anew(options) : ret;
}

/* Run --doctor. Returns the exit code. */
static int
examine(const struct options *options)
{
	bool well;
	int ret = doctor_run(options, &well);

	if (ret == -ENOMEM)
		return fail(options, EXIT_NOT_STARTED, "out of memory or descriptors");
	if (ret < 0)
		return fail(options, EXIT_NOT_STARTED, "the output cannot be written: %s",
			strerror(-ret));
	return well ? 0 : EXIT_NOT_STARTED;
}

/* Is the command in the words of the command line one? Else the error is printed. */
static bool
command_parses(const struct options *options)
{
	struct args *args;
	char error[512];

	if (grammar_parse(options->command, strlen(options->command), &args, error,
		    sizeof(error)) < 0) {
		fail(options, EXIT_WRONG_USAGE, "%s", error);
		return false;
	}
	args_free(args);
	return true;
}

int
main(int argc, char *argv[])
{
	size_t n;
	const struct command *const *commands = commands_table(&n);
	struct options options;
	char error[512];
	int ret;

	/* Set the process's name, whatever the program's file is called: hub_await() in a
	 * secondary waits only for a primary with this name.
	 */
	prctl(PR_SET_NAME, "mpsh");
	needs_open_standard();
	/* wcwidth() in mpsh and in libsmartcols needs a UTF-8 locale. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (completion_is_asked(argc, argv))
		return completion_answer(argc, argv, commands, n);
	fatal_catch(terminal_reset);
	memory_start(); /* without a reserve mpsh works, too */
	reconnect_remember(argv);
	bequest_adopt();
	ret = options_parse(argc, argv, &options, error, sizeof(error));
	if (reconnect_has_run())
		options_drop_sources(&options);
	grammar_begin(commands, n, commands_value);
	if (ret < 0)
		ret = fail(&options, EXIT_WRONG_USAGE, "%s", error);
	else if (options.help)
		about_help(&options);
	else if (options.log_help)
		eallog_help(stdout);
	else if (options.version)
		about_version(&options);
	else if (options.name != NULL && grammar_is_word(options.name)) {
		ret = fail(&options, EXIT_WRONG_USAGE,
			"name %s is a word of the commands: take another", options.name);
	} else if (options.command != NULL && !command_parses(&options)) {
		ret = EXIT_WRONG_USAGE;
	} else if (options.doctor) {
		ret = examine(&options);
	} else {
		ret = join_or_look(&options);
	}
	terminal_reset();
	if (fflush(stdout) != 0)
		ret = fail(&options, EXIT_NOT_STARTED, "the output cannot be written: %s",
			strerror(errno));
	grammar_free();
	stats_free();
	loop_free();
	options_free(&options);
	return ret;
}
