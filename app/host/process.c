/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Processes of this host: user, name, state, namespaces. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "host/process.h"

ssize_t
host_read_text(const char *path, char *text, size_t size)
{
	ssize_t n;
	int fd, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	saved = errno;
	close(fd);
	if (n < 0)
		return -saved;
	text[n] = '\0';
	return n;
}

const char *
host_user_name(uid_t uid, char *name, size_t size)
{
	const struct passwd *passwd = getpwuid(uid);

	if (passwd != NULL)
		snprintf(name, size, "%s", passwd->pw_name);
	else
		snprintf(name, size, "user %u", (unsigned int)uid);
	return name;
}

const char *
host_as_root(void)
{
	return geteuid() == 0 ? "" : "sudo ";
}

/* ---- processes ---- */

struct host_pid_text
host_pid_text(pid_t pid)
{
	struct host_pid_text text = { "-" };

	if (pid >= 0)
		snprintf(text.text, sizeof(text.text), "%d", (int)pid);
	return text;
}

bool
host_has_proc(void)
{
	return access("/proc/self/stat", F_OK) == 0;
}

const char *
host_proc_path(pid_t pid, const char *file, char path[HOST_PROC_SIZE])
{
	if (pid == getpid())
		snprintf(path, HOST_PROC_SIZE, "/proc/self/%s", file);
	else
		snprintf(path, HOST_PROC_SIZE, "/proc/%d/%s", (int)pid, file);
	return path;
}

const char *
host_path_below_root(pid_t pid, const char *path)
{
	char link[HOST_PROC_SIZE], root[PATH_MAX];
	ssize_t n = pid == 0
		? -1
		: readlink(host_proc_path(pid, "root", link), root, sizeof(root));

	if (n <= 1 || strncmp(path, root, n) != 0 || path[n] != '/')
		return path;
	return path + n;
}

char
host_process_state(pid_t pid)
{
	char path[HOST_PROC_SIZE], text[256];
	const char *end;

	if (pid <= 0 ||
		host_read_text(host_proc_path(pid, "stat", path), text, sizeof(text)) <=
			0)
		return 0;
	/* The name may hold anything, even parentheses: the last ')' ends the name. */
	end = strrchr(text, ')');
	if (end == NULL || end[1] != ' ')
		return 0;
	return end[2];
}

void
host_process_name(pid_t pid, char name[16])
{
	char path[HOST_PROC_SIZE], text[64];
	size_t i;

	if (pid <= 0 ||
		host_read_text(host_proc_path(pid, "comm", path), text, sizeof(text)) <=
			0)
		strcpy(text, "?");
	text[strcspn(text, "\n")] = '\0';
	text[15] = '\0';
	/* A process chooses its name, which must not move the cursor of a terminal. */
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			text[i] = '?';
	strcpy(name, text);
}

bool
host_status_text(pid_t pid, const char *label, char *value, size_t size)
{
	char path[HOST_PROC_SIZE], text[8192], line[32];
	const char *at;

	if (host_read_text(host_proc_path(pid, "status", path), text, sizeof(text)) <= 0)
		return false;
	/* The name stands before, and may have any bytes but a newline. */
	snprintf(line, sizeof(line), "\n%s", label);
	at = strstr(text, line);
	if (at == NULL)
		return false;
	at += strlen(line);
	at += strspn(at, " \t");
	snprintf(value, size, "%.*s", (int)strcspn(at, "\n"), at);
	return true;
}

int
host_status_number(pid_t pid, const char *label)
{
	char value[32];

	return host_status_text(pid, label, value, sizeof(value)) ? atoi(value) : 0;
}

uint64_t
host_status_bits(pid_t pid, const char *label)
{
	char value[32];

	return host_status_text(pid, label, value, sizeof(value))
		? strtoull(value, NULL, 16)
		: 0;
}

pid_t
host_inner_id(pid_t tid)
{
	char value[512];
	const char *last;

	if (!host_status_text(tid, "NSpid:", value, sizeof(value)))
		return tid;
	last = strrchr(value, '\t');
	return last != NULL ? atoi(last + 1) : tid;
}

bool
host_is_stopped(pid_t pid)
{
	char state = host_process_state(pid);

	return state == 'T' || state == 't';
}

const char *
host_describe_process(pid_t pid, char *text, size_t size)
{
	char name[16];
	char state;

	if (pid <= 0) {
		snprintf(text, size, "%s",
			pid == 0 ? "a process that has ended since"
				 : "a process of another PID namespace");
		return text;
	}
	state = host_process_state(pid);
	if (state == 0) {
		snprintf(text, size, "pid %d (gone)", (int)pid);
		return text;
	}
	host_process_name(pid, name);
	snprintf(text, size, "pid %d (%s%s)", (int)pid, name,
		state == 'T'           ? ", stopped"
			: state == 't' ? ", stopped by a debugger"
				       : "");
	return text;
}

enum host_namespace
host_compare_namespace(pid_t pid, const char *kind)
{
	char path[HOST_PROC_SIZE], file[16];
	struct stat own, other;

	snprintf(file, sizeof(file), "ns/%s", kind);
	if (pid <= 0 || stat(host_proc_path(getpid(), file, path), &own) < 0 ||
		stat(host_proc_path(pid, file, path), &other) < 0)
		return HOST_UNKNOWN;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino ? HOST_SAME
									: HOST_OTHER;
}

uint64_t
host_own_namespace(const char *kind)
{
	char path[HOST_PROC_SIZE], file[16];
	struct stat own;

	snprintf(file, sizeof(file), "ns/%s", kind);
	return stat(host_proc_path(getpid(), file, path), &own) == 0 ? own.st_ino : 0;
}
