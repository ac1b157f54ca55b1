/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Makes doctor's checks in order, and prints them. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "host/hugepages.h"
#include "host/runtime.h"
#include "output/output.h"
#include "output/writer.h"
#include "startup/doctor.h"
#include "startup/doctor_host.h"
#include "startup/doctor_prefix.h"
#include "startup/findings.h"
#include "startup/needs.h"
#include "startup/options.h"
#include "startup/refuse.h"

json_t *
doctor_look(const struct options *options, const struct doctor_session *session)
{
	struct look look = {
		.options = options, .session = session, .checks = json_array()
	};
	struct host_hugepages hugepages;

	if (look.checks == NULL)
		return NULL;
	host_runtime_dir(
		options->file_prefix, look.runtime_dir, sizeof(look.runtime_dir));
	if (session != NULL && session->is_primary) {
		look.primary_pid = getpid();
		look.is_primary = true;
	} else {
		host_look_at_config(look.runtime_dir, &look.config);
		look.primary_pid = look.config.locked ? look.config.pid : 0;
		look.is_primary = session == NULL && !options->has_wait &&
			(options->wish == WISH_PRIMARY ||
				(options->wish == WISH_AUTO && !look.config.locked));
	}
	host_look_at_hugepages(options->huge_dir,
		look.is_primary && session == NULL ? preflight_memory(options) : 0,
		&hugepages);

	look_at_runtime_dir(&look);
	look_at_primary(&look);
	look_at_holders(&look);
	look_at_map_files(&look, &hugepages);
	look_at_mounts(&look, &hugepages);
	look_at_namespaces(&look, &hugepages);
	look_at_pages(&look, &hugepages);
	look_at_randomisation(&look);
	look_at_descriptors(&look);
	look_at_cpus(&look);
	look_at_membarrier(&look);
	look_at_sockets(&look);
	return look.checks;
}

bool
doctor_is_well(const json_t *checks)
{
	const json_t *check;
	size_t i;

	json_array_foreach(checks, i, check)
		if (!json_is_true(json_object_get(check, "ok")))
			return false;
	return true;
}

void
doctor_view(const json_t *checks)
{
	const json_t *check, *found, *advice;
	char name[64];
	size_t i;

	json_array_foreach(checks, i, check) {
		found = json_object_get(check, "found");
		advice = json_object_get(check, "advice");
		snprintf(name, sizeof(name), "%s  %-18s ",
			json_is_true(json_object_get(check, "ok")) ? "ok" : "NO",
			json_string_value(json_object_get(check, "check")));
		output_line("%s%s", name,
			output_escape(json_string_value(found), json_string_length(found))
				.text);
		if (advice != NULL)
			output_line("%22s %s", "",
				output_escape(json_string_value(advice),
					json_string_length(advice))
					.text);
	}
}

int
doctor_run(const struct options *options, bool *well)
{
	struct writer *writer = writer_new(STDOUT_FILENO, NULL);
	struct output_config config = {
		.out = writer,
		.err = writer,
		.is_terminal = isatty(STDOUT_FILENO),
		.json = options->json,
	};
	struct refusal refusal;
	json_t *checks;
	int ret;

	*well = false;
	if (needs_check_proc(&refusal) != 0) {
		refuse_print(options->json, refusal.text);
		writer_free(writer);
		return 0;
	}
	checks = doctor_look(options, NULL);
	*well = doctor_is_well(checks);
	if (writer == NULL || checks == NULL) {
		json_decref(checks);
		writer_free(writer);
		return -ENOMEM;
	}
	output_init(&config);
	output_result("doctor", checks, doctor_view);
	ret = writer_flush(writer, NULL);
	writer_free(writer);
	return ret;
}
