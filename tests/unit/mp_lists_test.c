/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The lists of rte_mp in a process's memory, as DPDK of each release has them: this
 * process makes them for itself, since one release alone is installed.
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
#include <unistd.h>

#include "outside/actions.h"
#include "outside/group.h"
#include "outside/layout.h"
#include "outside/pending.h"
#include "outside/source.h"

#define VERSION(year, month) ((uint32_t)(year) << 24 | (month) << 16)

/* Bytes of the largest entry of any release, pending_request of 21.11. */
#define ENTRY_SIZE 4224

static const uint32_t versions[] = { VERSION(21, 11), VERSION(22, 11), VERSION(23, 11),
	VERSION(24, 11), VERSION(25, 11), VERSION(26, 3), VERSION(26, 7) };

#define N_VERSIONS (sizeof(versions) / sizeof(versions[0]))

/* A queue's head, as EAL has two, and one of an application that looks like them. */
struct head {
	uint64_t first, last;
};

static struct head queue, other;

static void
put(void *entry, size_t at, uint64_t word)
{
	memcpy((char *)entry + at, &word, sizeof(word));
}

static void
append(struct head *head, void *entry)
{
	uint64_t at = (uintptr_t)entry;

	if (head->last == 0)
		head->last = (uintptr_t)head;
	put(entry, 0, 0);
	put(entry, sizeof(uint64_t), head->last);
	memcpy((void *)(uintptr_t)head->last, &at,
		sizeof(at)); /* its next, or the first */
	head->last = at;
}

static void
add_action(struct head *head, void *entry, const struct layout *layout, const char *name)
{
	strcpy((char *)entry + layout->action_entry_action_name, name);
	put(entry, layout->action_entry_action, (uintptr_t)add_action);
	append(head, entry);
}

static struct group
own_group(uint32_t version)
{
	struct group group = { .kind = GROUP_PROCESS, .layout = layout_of(version) };

	source_init(&group.source);
	assert_int_equal(source_add_process(&group.source, getpid()), 0);
	assert_non_null(group.layout);
	return group;
}

static int
forget(void **state)
{
	(void)state;
	memset(&queue, 0, sizeof(queue));
	memset(&other, 0, sizeof(other));
	return 0;
}

static void
actions_of_each_release_are_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N_VERSIONS; i++) {
		struct group group = own_group(versions[i]);
		struct actions actions;
		void *one = calloc(1, ENTRY_SIZE), *two = calloc(1, ENTRY_SIZE),
		     *theirs = calloc(1, ENTRY_SIZE);

		forget(NULL);
		add_action(&other, theirs, group.layout, "looks_like_it");
		add_action(&queue, one, group.layout, "eal_dev_mp_request");
		add_action(&queue, two, group.layout, "echo \xff");
		assert_int_equal(actions_read(&group, &actions), 0);
		assert_int_equal(actions.n, 2);
		assert_string_equal(actions.all[0].name, "eal_dev_mp_request");
		assert_string_equal(actions.all[1].name, "echo \xff");
		assert_int_equal(actions.all[1].function, (uintptr_t)add_action);
		assert_non_null(strstr(actions.all[1].place, "mp_lists_test+0x"));
		assert_non_null(actions_find(&actions, "echo \xff"));
		assert_null(actions_find(&actions, "echo"));
		actions_free(&actions);
		group_close(&group);
		free(one);
		free(two);
		free(theirs);
	}
}

/* A list that leads back into itself, or whose entries do not know each other. */
static void
a_damaged_list_is_none(void **state)
{
	struct group group = own_group(VERSION(22, 11));
	struct actions actions;
	void *one = calloc(1, ENTRY_SIZE), *two = calloc(1, ENTRY_SIZE);

	(void)state;
	add_action(&queue, one, group.layout, "mp_malloc_request");
	add_action(&queue, two, group.layout, "echo");
	put(two, 0, (uintptr_t)one);
	assert_int_equal(actions_read(&group, &actions), -ENOENT);
	put(two, 0, 0);
	put(two, sizeof(uint64_t), (uintptr_t)two);
	assert_int_equal(actions_read(&group, &actions), -ENOENT);
	put(two, sizeof(uint64_t), (uintptr_t)one);
	queue.last = (uintptr_t)one;
	assert_int_equal(actions_read(&group, &actions), -ENOENT);
	queue.last = (uintptr_t)two;
	put(two, group.layout->action_entry_action, (uintptr_t)one);
	assert_int_equal(actions_read(&group, &actions), -ENOENT);
	group_close(&group);
	free(one);
	free(two);
}

/* Find one entry on the stack of this thread and one on the heap, as EAL has them. */
static void
find_pending(uint32_t version, size_t bytes_of_id)
{
	struct group group = own_group(version);
	const struct layout *layout = group.layout;
	uint64_t sync[ENTRY_SIZE / sizeof(uint64_t)] = { 0 };
	char *async = calloc(1, ENTRY_SIZE), message[128] = "status";
	char *of_sync = (char *)sync + bytes_of_id, *of_async = async + bytes_of_id;
	struct pendings pendings;

	forget(NULL);
	assert_true(layout->size_of_pending_request + bytes_of_id <= ENTRY_SIZE);
	memcpy(message + layout->rte_mp_msg_len_param, &(int32_t){ 7 }, 4);
	strcpy(of_sync + layout->pending_request_dst, "/var/run/dpdk/x/mp_socket");
	put(of_sync, layout->pending_request_request, (uintptr_t)message);
	append(&queue, sync);
	of_async[layout->pending_request_type] = 1;
	of_async[layout->pending_request_reply_received] = 1;
	strcpy(of_async + layout->pending_request_dst, "/run/x/mp_socket_17_abc");
	put(of_async, layout->pending_request_request, 0x10);
	append(&queue, async);
	assert_int_equal(pendings_read(&group, &pendings), 0);
	assert_int_equal(pendings.n, 2);
	assert_string_equal(pendings.all[0].action, "status");
	assert_int_equal(pendings.all[0].length, 7);
	assert_true(pendings.all[0].is_sync);
	assert_false(pendings.all[0].is_answered);
	assert_int_equal(pendings.all[0].pid, 0);
	assert_string_equal(pendings.all[0].path, "/var/run/dpdk/x/mp_socket");
	assert_string_equal(pendings.all[1].action, "");
	assert_int_equal(pendings.all[1].length, -1);
	assert_false(pendings.all[1].is_sync);
	assert_true(pendings.all[1].is_answered);
	assert_int_equal(pendings.all[1].pid, 17);
	pendings_free(&pendings);
	group_close(&group);
	free(async);
}

static void
pending_requests_of_each_release_are_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N_VERSIONS; i++)
		find_pending(versions[i], 0);
}

/* Stable updates have the id of 26.07 in their requests: 24.11.8 and 25.11.4. */
static void
pending_requests_of_stable_updates_are_found(void **state)
{
	(void)state;
	find_pending(VERSION(24, 11) | 8 << 8, sizeof(uint64_t));
	find_pending(VERSION(25, 11) | 4 << 8, sizeof(uint64_t));
}

static void
without_a_process_there_is_nothing(void **state)
{
	struct group group = { .kind = GROUP_FILES,
		.layout = layout_of(VERSION(22, 11)) };
	struct pendings pendings;
	struct actions actions;

	(void)state;
	assert_int_equal(actions_read(&group, &actions), -ENOTSUP);
	assert_int_equal(pendings_read(&group, &pendings), -ENOTSUP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(actions_of_each_release_are_found, forget),
		cmocka_unit_test_setup(a_damaged_list_is_none, forget),
		cmocka_unit_test_setup(
			pending_requests_of_each_release_are_found, forget),
		cmocka_unit_test_setup(
			pending_requests_of_stable_updates_are_found, forget),
		cmocka_unit_test_setup(without_a_process_there_is_nothing, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
