/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * EAL's runtime directory: its path, its config file, its primary and the primary's
 * version of DPDK.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_version.h>

#include "host/process.h"
#include "host/runtime.h"

const char *
host_runtime_base(const char **variable)
{
	const char *base;

	*variable = "RUNTIME_DIRECTORY";
	base = getenv(*variable);
	if (base != NULL)
		return base;
	*variable = NULL;
	if (getuid() == 0)
		return "/var/run";
	base = getenv("XDG_RUNTIME_DIR");
	if (base == NULL)
		return "/tmp";
	*variable = "XDG_RUNTIME_DIR";
	return base;
}

void
host_runtime_dir(const char *file_prefix, char *dir, size_t size)
{
	const char *variable;

	snprintf(dir, size, "%s/dpdk/%s", host_runtime_base(&variable), file_prefix);
}

/* ---- the primary ---- */

void
host_look_at_config(const char *runtime_dir, struct host_config *look)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	uint32_t head[2]; /* struct rte_mem_config: magic, version (eal_memcfg.h) */
	char path[PATH_MAX];
	int fd;

	memset(look, 0, sizeof(*look));
	snprintf(path, sizeof(path), "%s/config", runtime_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		look->error = errno;
		return;
	}
	/* Ask about the whole file: which part EAL locks depends on EAL's version. */
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
		look->locked = true;
		look->pid = lock.l_pid > 0 ? lock.l_pid : HOST_PID_UNSEEN;
	}
	if (pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head)) {
		look->complete = head[0] == RTE_MAGIC;
		look->version = head[1];
	}
	close(fd);
}

pid_t
host_primary(const char *runtime_dir)
{
	struct host_config look;

	host_look_at_config(runtime_dir, &look);
	return look.locked ? look.pid : 0;
}

pid_t
host_primary_seen_by(pid_t pid, const char *runtime_dir)
{
	char path[HOST_PROC_SIZE + PATH_MAX];

	host_proc_path(pid, "root", path);
	snprintf(path + strlen(path), PATH_MAX, "%s",
		host_path_below_root(pid, runtime_dir));
	return host_primary(path);
}

static bool
is_one_line(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			return false;
	return true;
}

void
host_live_prefixes(void (*found)(const char *prefix, void *ctx), void *ctx)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *directory;

	host_runtime_dir("", path, sizeof(path));
	directory = opendir(path);
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			!is_one_line(entry->d_name))
			continue;
		host_runtime_dir(entry->d_name, path, sizeof(path));
		if (host_primary(path) != 0)
			found(entry->d_name, ctx);
	}
	closedir(directory);
}

const char *
host_version_words(uint32_t version, char *text, size_t size)
{
	unsigned int release = version & 0xff;
	int n;

	n = snprintf(text, size, "%u.%02u.%u", version >> 24, version >> 16 & 0xff,
		version >> 8 & 0xff);
	/* RTE_VER_RELEASE is 99 in a release, less in a release candidate. */
	if (release != 99 && n > 0 && (size_t)n < size)
		snprintf(text + n, size - n, "-rc%u", release);
	return text;
}

/*
 * EAL, if it is a shared library, may be newer than the RTE_VERSION that mpsh was
 * compiled with. So rte_version() is asked, which is EAL's own.
 */
bool
host_is_own_version(uint32_t version)
{
	unsigned int year, month, minor;
	uint32_t own = RTE_VERSION >> 8;

	if (sscanf(rte_version(), "%*[^0-9]%u.%u.%u", &year, &month, &minor) == 3)
		own = year << 16 | month << 8 | minor;
	return version >> 8 == own;
}

const char *
host_own_version_words(void)
{
	const char *words = strpbrk(rte_version(), "0123456789");

	return words != NULL ? words : rte_version();
}
