/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* request: rte_mp_request_sync() to the action that every mpsh process listens to. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmds/cmds.h"
#include "exchange/mp_request.h"
#include "grammar/args.h"
#include "message/message.h"
#include "output/output.h"

static int
run(const struct args *args)
{
	struct ipc_request *request;
	const char *text;
	size_t length;

	text = args_bytes(args, "text", &length);
	if (length > MESSAGE_REQUEST_MAX) {
		output_error("text is %zu bytes, the limit is %d; nothing was sent",
			length, MESSAGE_REQUEST_MAX);
		return -EMSGSIZE;
	}
	request = memory_zeroed(sizeof(*request));
	if (request == NULL)
		return output_no_memory();
	strcpy(request->action, IPC_USER_ACTION);
	memcpy(request->payload, text, length);
	request->length = length;
	return mp_request_run(request, "request");
}

const struct command command_request = {
	.name = "request",
	.group = GROUP_MESSAGES,
	.forms = (const char *const[]){ "<text>", NULL },
	.brief = "ask with DPDK's rte_mp_request_sync, with its manners",
	.detail = "The text is the whole param of a request to the action mpsh: from a "
		  "secondary\n"
		  "to the primary, from the primary to every process of the prefix, one "
		  "after\n"
		  "another; at the first that fails DPDK drops all replies. 1 to 256 "
		  "bytes.",
	.example = "request status",
	.needs = COMMAND_NEEDS_HUB | COMMAND_NEEDS_LIVE,
	.run = run,
};
