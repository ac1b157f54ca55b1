/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* mpsh's own options. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rte_common.h>

#include "base/text.h"
#include "message/name.h"
#include "startup/options.h"
#include "startup/own_options.h"
#include "startup/words.h"

#define WAIT_MAX_S 86400

#define FLAG(member) OWN_FLAG, offsetof(struct options, member)

static const struct own_option own_options[] = {
	{ "execute", 'e', "CMD", OWN_EXECUTE, 0 },
	{ "file", 'f', "FILE", OWN_FILE, 0 },
	{ "interactive", 'i', NULL, FLAG(interactive) },
	{ "quiet", 'q', NULL, FLAG(quiet) },
	{ "echo", 'x', NULL, FLAG(echo) },
	{ "outside", 'o', "WHAT", OWN_OUTSIDE, 0 },
	{ "dump-on-death", 0, "FILE", OWN_DUMP_ON_DEATH, 0 },
	{ "keep-going", 'k', NULL, FLAG(keep_going) },
	{ "json", 'j', NULL, FLAG(json) },
	{ "timeout", 't', "MS", OWN_TIMEOUT, 0 },
	{ "name", 0, "NAME", OWN_NAME, 0 },
	{ "max-peers", 0, "N", OWN_MAX_PEERS, 0 },
	{ "wait", 'w', "SECONDS", OWN_WAIT, 0 },
	{ "poll", 0, NULL, FLAG(poll) },
	{ "no-color", 0, NULL, FLAG(no_color) },
	{ "doctor", 0, NULL, FLAG(doctor) },
	{ "help", 'h', NULL, FLAG(help) },
	{ "version", 'V', NULL, FLAG(version) },
};

static int
set_name(struct parse *parse, const char *name)
{
	struct shown shown;

	if (name_check(name) < 0)
		return words_fail(parse,
			"name %s cannot be had: give 1 to %d characters, a letter "
			"first, then letters, digits, '_', '.', '-'; not primary, guest, "
			"outside, simple_mp, error, reply, all or secondary-...",
			name[0] == '\0' ? "''" : words_show(&shown, name),
			NAME_MAX_LENGTH);
	parse->options->name = name;
	return 0;
}

void
own_option_add_source(struct options *options, bool is_file, const char *text)
{
	struct source *source = &options->sources[options->n_sources++];

	source->is_file = is_file;
	source->text = text;
}

static int
apply_own(struct parse *parse, const struct own_option *option, const char *value)
{
	struct options *options = parse->options;
	uint64_t number;

	switch (option->id) {
	case OWN_FLAG:
		*(bool *)((char *)options + option->flag) = true;
		break;
	case OWN_EXECUTE:
		own_option_add_source(options, false, value);
		break;
	case OWN_FILE:
		if (value[0] == '\0')
			return words_fail(parse,
				"--file needs a value: --file FILE, "
				"or - for standard input");
		own_option_add_source(options, true, value);
		break;
	case OWN_OUTSIDE:
		if (value[0] == '\0')
			return words_fail(parse,
				"--outside needs a value: a pid, a prefix, a runtime "
				"directory or a dump");
		options->outside = value;
		break;
	case OWN_DUMP_ON_DEATH:
		if (value[0] == '\0')
			return words_fail(parse,
				"--dump-on-death needs a value: a file that is to be "
				"made");
		options->dump_on_death = value;
		break;
	case OWN_TIMEOUT:
		if (text_number(value, 1, TIMEOUT_MAX_MS, &number) < 0)
			return words_fail(
				parse, "timeout must be 1 to %d", TIMEOUT_MAX_MS);
		options->timeout_ms = number;
		break;
	case OWN_NAME:
		return set_name(parse, value);
	case OWN_MAX_PEERS:
		if (text_number(value, 1, PEERS_MAX, &number) < 0)
			return words_fail(parse, "max-peers must be 1 to %d", PEERS_MAX);
		options->max_peers = number;
		break;
	case OWN_WAIT:
		if (text_number(value, 0, WAIT_MAX_S, &number) < 0)
			return words_fail(parse, "wait must be 0 to %d", WAIT_MAX_S);
		options->wait_s = number;
		options->has_wait = true;
		break;
	}
	return 0;
}

size_t
own_option_names(const char *names[OPTIONS_MAX])
{
	size_t n = 0, i;

	for (i = 0; i < RTE_DIM(own_options); i++)
		names[n++] = own_options[i].name;
	return n;
}

const struct own_option *
own_option_by_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < RTE_DIM(own_options); i++) {
		if (strlen(own_options[i].name) == length &&
			memcmp(own_options[i].name, name, length) == 0)
			return &own_options[i];
	}
	return NULL;
}

const struct own_option *
own_option_by_letter(char letter)
{
	size_t i;

	for (i = 0; letter != '\0' && i < RTE_DIM(own_options); i++) {
		if (own_options[i].letter == letter)
			return &own_options[i];
	}
	return NULL;
}

int
own_option_read(struct parse *parse, const struct own_option *option, const char *value)
{
	if (option->value == NULL && value != NULL)
		return words_fail(parse, "--%s takes no value", option->name);
	if (option->value != NULL && value == NULL) {
		value = words_take(parse);
		if (value == NULL)
			return words_fail(parse, "--%s needs a value: --%s %s",
				option->name, option->name, option->value);
	}
	return apply_own(parse, option, value);
}

static const char help[] =
	"usage: mpsh [EAL options] [mpsh options] [-- [mpsh options]] [COMMAND "
	"WORDS...]\n"
	"\n"
	"A shell for DPDK multi-process IPC. Start it twice: the first is the "
	"primary,\n"
	"the next ones are secondaries. At its prompt, help lists the commands.\n"
	"Without joining anything it looks into any DPDK process, alive, hung or "
	"dead.\n"
	"\n"
	"What to run (without: a prompt, or what standard input says):\n"
	"  COMMAND WORDS...     the first word that is no option begins a "
	"command: run\n"
	"                       it, then leave\n"
	"  -e, --execute CMD    run CMD, then leave; may be repeated, mixed with "
	"-f\n"
	"  -f, --file FILE      run the commands of FILE (-: standard input), "
	"then leave\n"
	"  -i, --interactive    after them, stay at the prompt, whatever failed\n"
	"  -o, --outside WHAT   join nothing, look from outside: a pid, a prefix, "
	"a\n"
	"                       runtime directory or a dump\n"
	"      --dump-on-death FILE\n"
	"                       with -o: wait for the primary's end, dump what it "
	"leaves\n"
	"  -k, --keep-going     in a batch, go on after a command that failed\n"
	"  -q, --quiet          results and errors only, no notices\n"
	"  -x, --echo           in a batch, print each command on standard error "
	"first\n"
	"  -j, --json           results as JSON\n"
	"      --no-color       no colours\n"
	"\n"
	"Talking to others:\n"
	"  -t, --timeout MS     how long to wait for a reply, 1 to 3600000 "
	"(5000)\n"
	"      --name NAME      this process's name to the others: 1 to 24 "
	"characters, a\n"
	"                       letter first, then letters, digits, '_', '.', "
	"'-'\n"
	"      --max-peers N    primary: how many secondaries at once, 1 to 63 "
	"(15)\n"
	"  -w, --wait SECONDS   be a secondary, wait so long for a primary, 0 to "
	"86400\n"
	"      --poll           the receiver never sleeps: lowest latency, one "
	"CPU busy\n"
	"\n"
	"About mpsh and this host:\n"
	"      --doctor         what DPDK multi-process needs here and what is "
	"missing\n"
	"  -h, --help           print this\n"
	"  -V, --version        print the versions of mpsh and DPDK\n"
	"\n"
	"EAL options go before the --, by their full names. Those of most use "
	"here:\n"
	"      --file-prefix NAME   which group of processes to join (rte)\n"
	"      --proc-type TYPE     primary, secondary or auto (auto; a batch "
	"only joins)\n"
	"  -l, --lcores LCORES      two or more (two, on all CPUs allowed)\n"
	"  -a, --allow DEVICE       use a device (none: --no-pci)\n"
	"  -m MIB                   memory to take at the start\n"
	"      --log-level LEVEL    from which level up EAL logs (warning)\n"
	"All of them: "
	"https://doc.dpdk.org/guides/linux_gsg/linux_eal_parameters.html\n"
	"\n"
	"Exit code: 0 all well; 1 a command failed; 2 wrong usage; 3 could not "
	"start, or\n"
	"lost what it stands on; 128+N ended by signal N. --doctor: 0 all well, 3 "
	"not.\n"
	"\n"
	"Example, in two terminals:\n"
	"  mpsh\n"
	"  mpsh -w 10 send hello\n"
	"From outside, where any DPDK application runs:\n"
	"  mpsh groups\n"
	"  mpsh why 4242\n"
	"  mpsh -o 4242 show rings\n";

const char *
options_help(void)
{
	return help;
}
