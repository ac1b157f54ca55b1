/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* dump: save the memory of the group that is looked at. */

#include <errno.h>

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "outside/dump.h"
#include "outside/group.h"
#include "outside/look.h"
#include "output/output.h"

static double
mib_of(const json_t *dump, const char *member)
{
	return json_integer_value(json_object_get(dump, member)) / 1048576.0;
}

static void
view(const json_t *dump)
{
	output_line("%s: %" JSON_INTEGER_FORMAT " regions, %.1f MiB of memory, %.1f MiB "
		    "on disk",
		json_string_value(json_object_get(dump, "file")),
		json_integer_value(json_object_get(dump, "regions")),
		mib_of(dump, "bytes"), mib_of(dump, "disk_bytes"));
}

static void
warn(const char *line)
{
	output_notice(json_pack("{s:{s:s}}", "log", "text", line), "* %s", line);
}

int
dump_save(const struct group *group, const char *file)
{
	char error[1536];
	json_t *result;
	int ret = dump_group(group, file, warn, &result, error, sizeof(error));

	if (ret == 0)
		output_result("dump", result, view);
	else if (error[0] != '\0')
		output_error("%s", error);
	return ret;
}

static int
run(const struct args *args)
{
	struct group group;
	char error[1024];
	int ret = look_open(&group, error, sizeof(error));

	if (ret < 0) {
		output_error("%s", error);
		return ret;
	}
	ret = dump_save(&group, args_word(args, "file"));
	group_close(&group);
	return ret;
}

const struct command command_dump = {
	.name = "dump",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "<file*>", NULL },
	.brief = "save the group's memory as a core file",
	.detail = "For mpsh -o FILE, gdb and drgn: a sparse ELF core of mode 0600 with "
		  "the pages in\n"
		  "use at DPDK's addresses, also of a dead group. What runs meanwhile "
		  "goes on: it is\n"
		  "no snapshot. A file that is there is never overwritten; one that "
		  "cannot be finished\n"
		  "(Ctrl-C, a full disk) is removed.",
	.example = "dump foo.dump",
	.needs = COMMAND_LOOKS,
	.run = run,
};
