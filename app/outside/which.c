/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Chooses among the members of this host's groups. */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/text.h"
#include "host/locks.h"
#include "outside/group.h"
#include "outside/lcores.h"
#include "outside/members.h"
#include "outside/which.h"

/* Does a process say that it is a primary? *opens: it can be looked at. */
static bool
is_primary(const struct member *member, bool *opens)
{
	struct lcores lcores;
	struct group group;
	char error[256];
	bool primary;

	*opens = group_open_process(&group, member->pid, error, sizeof(error)) == 0;
	if (!*opens)
		return false;
	primary = lcores_read(&group, member, &lcores) == 0 && lcores.is_primary;
	group_close(&group);
	return primary;
}

pid_t
which_of_group(const struct members *members, size_t first)
{
	size_t n = members_of_group(members, first), i;
	const struct member *group = &members->all[first];
	struct host_locks locks;
	pid_t holder, found = 0;

	host_read_locks(&locks);
	holder = host_locker(&locks, false, group->device, group->inode);
	host_free_locks(&locks);
	for (i = 0; i < n; i++)
		if (group[i].pid == holder)
			return holder;
	for (i = 0; i < n; i++) {
		bool opens;

		if (is_primary(&group[i], &opens))
			return group[i].pid;
		if (opens && found == 0)
			found = group[i].pid;
	}
	return found != 0 ? found : group->pid;
}

size_t
which_in_directory(const struct members *members, const char *dir)
{
	char path[PATH_MAX + 16];
	struct stat st;
	size_t i;

	snprintf(path, sizeof(path), "%s/config", dir);
	if (stat(path, &st) < 0)
		return members->n;
	for (i = 0; i < members->n; i += members_of_group(members, i)) {
		const struct member *member = &members->all[i];

		/* A file's device may be shown otherwise than it is (overlayfs). */
		if (member->dir != NULL && member->inode == st.st_ino &&
			(member->device == st.st_dev || strcmp(member->dir, dir) == 0))
			return i;
	}
	return members->n;
}

static bool
fits(const struct member *member, const char *prefix)
{
	const char *own = member_prefix(member);

	return own != NULL && (prefix == NULL || strcmp(own, prefix) == 0);
}

size_t
which_with_prefix(const struct members *members, const char *prefix, size_t *first)
{
	size_t found = 0, i;

	for (i = 0; i < members->n; i += members_of_group(members, i))
		if (fits(&members->all[i], prefix) && found++ == 0)
			*first = i;
	return found;
}

/* Add to a list; one that is full ends with dots. */
static void
put(char *text, size_t size, const char *word)
{
	size_t length = strlen(text);

	if (length + strlen(word) + sizeof(", …") <= size)
		snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
			word);
	else if (length >= strlen("…") && strcmp(text + length - strlen("…"), "…") != 0)
		snprintf(text + length, size - length, ", …");
}

void
which_list_prefixes(const struct members *members, char *text, size_t size)
{
	char shown[TEXT_ESCAPED_SIZE(NAME_MAX)];
	const char *last = NULL;
	size_t i;

	text[0] = '\0';
	for (i = 0; i < members->n; i += members_of_group(members, i)) {
		const char *prefix = member_prefix(&members->all[i]);

		if (prefix == NULL || (last != NULL && strcmp(last, prefix) == 0))
			continue;
		last = prefix;
		text_escape(shown, (const uint8_t *)prefix, strnlen(prefix, NAME_MAX));
		put(text, size, shown);
	}
}

void
which_list_groups(
	const struct members *members, const char *prefix, char *text, size_t size)
{
	char word[TEXT_ESCAPED_SIZE(NAME_MAX) + 64], dir[TEXT_ESCAPED_SIZE(NAME_MAX)];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < members->n; i += members_of_group(members, i)) {
		const struct member *member = &members->all[i];

		if (!fits(member, prefix))
			continue;
		text_escape(dir, (const uint8_t *)member->dir,
			strnlen(member->dir, NAME_MAX));
		snprintf(word, sizeof(word), "pid %d (%s) in %s",
			(int)which_of_group(members, i), member->command, dir);
		put(text, size, word);
	}
}
