/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* doctor: what DPDK multi-process needs of this host, and the prefix's processes. */

#include <errno.h>

#include "cmds/cmds.h"
#include "output/output.h"
#include "outside/look.h"
#include "peers/peer.h"
#include "peers/self.h"
#include "startup/command_line.h"
#include "startup/doctor.h"
#include "startup/findings.h"
#include "startup/options.h"

static int
run(const struct args *args)
{
	const struct doctor_session session = {
		.is_primary = hub_role() == ROLE_PRIMARY,
		.is_live = hub_is_live(),
		.primary_pid = hub_primary_pid(),
	};
	struct options options = *options_kept();
	json_t *checks;
	bool well;

	(void)args;
	if (look_prefix() != NULL)
		options.file_prefix = look_prefix();
	checks = doctor_look(&options, hub_role() == ROLE_OUTSIDE ? NULL : &session);
	well = doctor_is_well(checks);
	if (checks == NULL)
		return output_no_memory();
	output_result("doctor", checks, doctor_view);
	return well ? 0 : -ENXIO;
}

const struct command command_doctor = {
	.name = "doctor",
	.group = GROUP_LOOK,
	.forms = (const char *const[]){ "", NULL },
	.brief = "what DPDK multi-process needs of this host, and what is missing",
	.detail = "Each check is ok or NO; below a NO is the command that mends it. Then "
		  "each\n"
		  "rte_mp socket of the prefix: alive, stopped, full, stale. Looks only: "
		  "nothing is\n"
		  "sent or changed. Fails when a check is NO. mpsh --doctor does it "
		  "before a start.",
	.example = "doctor",
	.needs = COMMAND_LOOKS | COMMAND_NEEDS_NO_GROUP,
	.run = run,
};
