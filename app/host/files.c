/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Files by the beginning of their names. */

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "host/files.h"

static bool
is_listed(const char *name, const char *begun)
{
	size_t length = strlen(name);

	if (strncmp(name, begun, strlen(begun)) != 0 || (*name == '.' && *begun != '.'))
		return false;
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		strchr(" \t", name[0]) == NULL && strchr(" \t", name[length - 1]) == NULL;
}

static bool
is_directory(int dir, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dir, entry->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

json_t *
files_begun(const char *typed)
{
	const char *slash = strrchr(typed, '/');
	const char *begun = slash != NULL ? slash + 1 : typed;
	char path[PATH_MAX], name[NAME_MAX + 2];
	unsigned int looked_at = 0;
	struct dirent *entry;
	json_t *list;
	DIR *dir;

	snprintf(path, sizeof(path), "%.*s", (int)(begun - typed), typed);
	if (strlen(path) != (size_t)(begun - typed))
		return NULL;
	dir = opendir(slash != NULL ? path : ".");
	if (dir == NULL)
		return NULL;
	list = json_array();
	while (looked_at++ < FILES_LOOKED_AT && json_array_size(list) < FILES_LISTED &&
		(entry = readdir(dir)) != NULL) {
		if (!is_listed(entry->d_name, begun))
			continue;
		snprintf(name, sizeof(name), "%s%s", entry->d_name,
			is_directory(dirfd(dir), entry) ? "/" : "");
		json_array_append_new(list, json_string(name));
	}
	closedir(dir);
	return list;
}
