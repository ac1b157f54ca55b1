/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* help: all commands in groups, or one command in full. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "grammar/commands.h"
#include "grammar/mistake.h"
#include "output/output.h"

static json_t *
command_json(const struct command *command)
{
	char usage[1024];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", command->name, "group",
		command->group, "usage", grammar_usage(command, usage, sizeof(usage)),
		"brief", command->brief, "detail", command->detail, "example",
		command->example);
}

/* Print each form of a command on its own line, wrapped if the terminal is narrow. */
static void
print_usage(const char *usage)
{
	char form[1024];

	while (*usage != '\0') {
		size_t length = strcspn(usage, "\n");

		snprintf(form, sizeof(form), "%.*s", (int)length, usage);
		output_wrapped(form, "", "    ");
		usage += length + (usage[length] == '\n');
	}
}

static void
view_one(const json_t *list)
{
	const json_t *command = json_array_get(list, 0);
	const char *usage, *brief, *detail, *example;

	json_unpack((json_t *)command, "{s:s, s:s, s:s, s:s}", "usage", &usage, "brief",
		&brief, "detail", &detail, "example", &example);
	print_usage(usage);
	output_wrapped(brief, "    ", "    ");
	output_line("%s", "");
	output_wrapped(detail, "    ", "    ");
	output_line("%s", "");
	output_line("    example: %s", example);
}

static void
view_all(const json_t *list)
{
	static const char *const groups[] = { GROUP_MESSAGES, GROUP_MP, GROUP_MEASURE,
		GROUP_LOOK, GROUP_SETTINGS, GROUP_SCRIPTS, GROUP_SHELL };
	unsigned int i;

	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const json_t *command;
		bool first = true;
		size_t n;

		json_array_foreach(list, n, command) {
			const char *name, *group, *brief;
			char heading[64];

			json_unpack((json_t *)command, "{s:s, s:s, s:s}", "name", &name,
				"group", &group, "brief", &brief);
			if (strcmp(group, groups[i]) != 0)
				continue;
			if (first)
				output_line("%s", group);
			first = false;
			snprintf(heading, sizeof(heading), "  %-13s ", name);
			output_wrapped(brief, heading, "                ");
		}
	}
	output_wrapped("help <command> tells more; Tab completes, ? shows what may come",
		"", "");
}

/* Is it named so? "set" is a command and the first word of others: all are meant. */
static bool
is_named(const struct command *command, const char *name, size_t length)
{
	return strncmp(command->name, name, length) == 0 &&
		(command->name[length] == '\0' || command->name[length] == ' ');
}

static int
check(const struct args *args, char *error, size_t size)
{
	const struct command *command;
	size_t i, length;
	const char *name = args_bytes(args, "command", &length);

	if (name == NULL)
		return 0;
	for (i = 0; (command = grammar_command(i)) != NULL; i++)
		if (is_named(command, name, length))
			return 0;
	mistake_put_word(
		error, size, "no command named ", name, length, ": help lists them");
	return -EINVAL;
}

static int
run(const struct args *args)
{
	const struct command *command;
	json_t *result = json_array();
	const char *name;
	size_t i, length;

	name = args_bytes(args, "command", &length);
	for (i = 0; (command = grammar_command(i)) != NULL; i++)
		if (name == NULL || is_named(command, name, length))
			json_array_append_new(result, command_json(command));
	if (name == NULL) {
		output_result("help", result, view_all);
		return 0;
	}
	output_result("help", result, json_array_size(result) == 1 ? view_one : view_all);
	return 0;
}

const struct command command_help = {
	.name = "help",
	.group = GROUP_SHELL,
	.forms = (const char *const[]){ "", "<command>", NULL },
	.brief = "list the commands, or tell all about one",
	.detail = "Usage, meaning, limits and an example of the command named.",
	.example = "help send",
	.needs = COMMAND_NEEDS_NOTHING,
	.check = check,
	.run = run,
};
