/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* source: runs the commands of a file. */

#include "cmds/cmds.h"
#include "grammar/args.h"
#include "shell/batch.h"

static int
run(const struct args *args)
{
	return batch_source(args_word(args, "file"));
}

const struct command command_source = {
	.name = "source",
	.group = GROUP_SCRIPTS,
	.forms = (const char *const[]){ "<file*>", NULL },
	.brief = "run the commands of a file",
	.detail = "Here, as if they were typed. The first that fails ends it, but with "
		  "-k. Errors begin\n"
		  "with the file and the line. A file may have source in it, 16 deep; "
		  "Ctrl-C ends all,\n"
		  "quit leaves mpsh.",
	.example = "source setup.mpsh",
	.needs = COMMAND_WORKS_OUTSIDE,
	.run = run,
};
