/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* The settings that `set` changes, as one JSON document. */

#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>

#include "base/json.h"
#include "exchange/notice.h"
#include "exchange/question.h"
#include "exchange/relay.h"
#include "exchange/settings.h"
#include "message/answer.h"
#include "output/json_text.h"
#include "output/output.h"
#include "peers/peer.h"
#include "peers/self.h"

#define ENVIRONMENT "MPSH_SETTINGS"
#define RELAY_BYTES "relay_bytes"

json_t *
settings_answer_to_json(const struct answer *answer)
{
	json_t *result = json_pack("{s:s}", "mode", answer_mode_name(answer->mode));

	if (answer->mode == ANSWER_TEXT)
		output_set_text(result, answer->text, answer->length);
	if (answer->mode == ANSWER_DELAY)
		json_object_set_new(result, "delay_ns",
			json_integer(answer->delay_ms * INT64_C(1000000)));
	return result;
}

void
settings_answer_from_json(const json_t *from, struct answer *answer)
{
	const char *mode = json_string_value(json_object_get(from, "mode"));

	if (mode == NULL)
		return;
	answer_mode_find(mode, &answer->mode);
	answer->delay_ms =
		json_integer_value(json_object_get(from, "delay_ns")) / 1000000;
	answer->length = output_get_text(from, answer->text, sizeof(answer->text));
}

json_t *
settings_to_json(void)
{
	const char *relay = exchange_relay();
	struct answer answer;

	answer_get(&answer);
	return json_pack("{s:o, s:o, s:I, s:I, s:b, s:b}", "answer",
		settings_answer_to_json(&answer), "relay",
		json_of_string(relay[0] != '\0' ? relay : "off"), "not_relayed",
		(json_int_t)exchange_not_relayed(), "timeout_ns",
		(json_int_t)exchange_timeout() * 1000000, "json", output_is_json(),
		"monitor", exchange_monitors());
}

void
settings_bequeath(void)
{
	json_t *settings = settings_to_json(), *relay = json_object();
	char *text;

	/* The bytes of the action: above it is escaped, to be shown. */
	output_set_text(relay, exchange_relay(), strlen(exchange_relay()));
	json_object_set_new(settings, RELAY_BYTES, relay);
	text = json_dumps(settings, JSON_COMPACT);
	if (text != NULL)
		setenv(ENVIRONMENT, text, 1);
	free(text);
	json_decref(settings);
}

void
settings_inherit(void)
{
	const char *text = getenv(ENVIRONMENT);
	json_t *settings;
	char relay[RTE_MP_MAX_NAME_LEN];
	struct answer answer = { .mode = ANSWER_ECHO };
	json_int_t timeout_ms;
	size_t length;

	settings = text != NULL ? json_loads(text, 0, NULL) : NULL;
	unsetenv(ENVIRONMENT);
	if (settings == NULL)
		return;
	settings_answer_from_json(json_object_get(settings, "answer"), &answer);
	answer_set(&answer);
	length = output_get_text(json_object_get(settings, RELAY_BYTES), (uint8_t *)relay,
		sizeof(relay) - 1);
	relay[length] = '\0';
	/* A guest can neither relay nor change that. */
	if (length != 0 && hub_role() != ROLE_GUEST)
		exchange_set_relay(relay);
	timeout_ms =
		json_integer_value(json_object_get(settings, "timeout_ns")) / 1000000;
	if (timeout_ms >= 1 && timeout_ms <= TIMEOUT_MAX_MS)
		exchange_set_timeout(timeout_ms);
	exchange_set_monitor(json_is_true(json_object_get(settings, "monitor")));
	output_set_json(json_is_true(json_object_get(settings, "json")));
	json_decref(settings);
}
