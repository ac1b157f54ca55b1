/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include <rte_common.h>

#include "message/message.h"

static void
build(struct message *message)
{
	message_build(message, MESSAGE_TEXT, 3, 0, 77, "hello", 5);
}

static void
a_message_built_is_one(void **state)
{
	struct message message;

	(void)state;
	build(&message);
	assert_int_equal(message_check(&message), 0);
	assert_int_equal(message.source, 3);
	assert_int_equal(message.destination, 0);
	assert_int_equal(message.sequence, 77);
	assert_int_equal(message.length, 5);
	assert_memory_equal(message.text, "hello", 5);
}

static void
what_is_none_is_refused(void **state)
{
	struct message message;

	(void)state;
	build(&message);
	message.magic++;
	assert_int_equal(message_check(&message), -EBADMSG);
	build(&message);
	message.kind = 0;
	assert_int_equal(message_check(&message), -EBADMSG);
	build(&message);
	message.kind = MESSAGE_KIND_END;
	assert_int_equal(message_check(&message), -EBADMSG);
	build(&message);
	message.length = MESSAGE_TEXT_MAX + 1;
	assert_int_equal(message_check(&message), -EBADMSG);
	build(&message);
	message.source = 64;
	assert_int_equal(message_check(&message), -EBADMSG);
	build(&message);
	message.destination = 64;
	assert_int_equal(message_check(&message), -EBADMSG);
}

static void
an_answer_goes_back_to_who_asked(void **state)
{
	struct message asked, answer;

	(void)state;
	build(&asked);
	asked.destination = 5;
	asked.generation = 9;
	message_answer(&answer, MESSAGE_REPLY, 5, &asked, "yes", 3);
	assert_int_equal(message_check(&answer), 0);
	assert_int_equal(answer.kind, MESSAGE_REPLY);
	assert_int_equal(answer.source, 5);
	assert_int_equal(answer.destination, asked.source);
	assert_int_equal(answer.sequence, asked.sequence);
	assert_int_equal(answer.generation, 9);
	assert_int_equal(answer.length, 3);
	assert_memory_equal(answer.text, "yes", 3);
}

static void
the_kinds_that_answer(void **state)
{
	static const enum message_kind answers[] = { MESSAGE_REPLY, MESSAGE_REFUSED,
		MESSAGE_BROADCAST_REPLY, MESSAGE_PONG, MESSAGE_BENCH_REPORT };
	unsigned int kind, i, n = 0;

	(void)state;
	for (kind = 0; kind < MESSAGE_KIND_END; kind++)
		n += message_is_answer(kind);
	assert_int_equal(n, RTE_DIM(answers));
	for (i = 0; i < RTE_DIM(answers); i++)
		assert_true(message_is_answer(answers[i]));
}

static void
the_limits_are_in(void **state)
{
	struct message message;
	uint8_t text[MESSAGE_TEXT_MAX] = { 0 };

	(void)state;
	message_build(&message, MESSAGE_TEXT, 63, 63, 1, text, sizeof(text));
	assert_int_equal(message_check(&message), 0);
	message_build(&message, MESSAGE_HUB, 0, 1, 1, NULL, 0);
	assert_int_equal(message_check(&message), 0);
}

static void
packed_and_unpacked_it_is_the_same(void **state)
{
	struct message message, other;
	uint8_t text[MESSAGE_BROADCAST_MAX], param[256];
	int length;

	(void)state;
	memset(text, 0xfe, sizeof(text));
	message_build(&message, MESSAGE_BROADCAST, 2, 0, 9, text, sizeof(text));
	length = message_pack(&message, param);
	assert_int_equal(length, 8 + MESSAGE_HEADER_SIZE + MESSAGE_BROADCAST_MAX);
	assert_int_equal(message_unpack(param, length, &other), 0);
	assert_memory_equal(
		&message, &other, MESSAGE_HEADER_SIZE + MESSAGE_BROADCAST_MAX);
}

static void
too_long_for_rte_mp_is_refused(void **state)
{
	uint8_t text[MESSAGE_BROADCAST_MAX + 1] = { 0 }, param[256];
	struct message message;

	(void)state;
	message_build(&message, MESSAGE_BROADCAST, 2, 0, 9, text, sizeof(text));
	assert_int_equal(message_pack(&message, param), -EMSGSIZE);
}

static void
a_param_of_another_is_refused(void **state)
{
	struct message message, other;
	uint8_t param[256];
	int i, length;

	(void)state;
	build(&message);
	length = message_pack(&message, param);
	for (i = 0; i < 256; i++)
		if (i != length)
			assert_int_equal(message_unpack(param, i, &other), -EBADMSG);
	assert_int_equal(message_unpack(param, -1, &other), -EBADMSG);
	assert_int_equal(message_unpack(param, 257, &other), -EBADMSG);
	param[0] ^= 1;
	assert_int_equal(message_unpack(param, length, &other), -EBADMSG);
	param[0] ^= 1;
	param[4] ^= 1;
	assert_int_equal(message_unpack(param, length, &other), -EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_built_is_one),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(an_answer_goes_back_to_who_asked),
		cmocka_unit_test(the_kinds_that_answer),
		cmocka_unit_test(the_limits_are_in),
		cmocka_unit_test(packed_and_unpacked_it_is_the_same),
		cmocka_unit_test(too_long_for_rte_mp_is_refused),
		cmocka_unit_test(a_param_of_another_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
