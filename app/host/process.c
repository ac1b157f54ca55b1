/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <mntent.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "host/process.h"

#define SHARED_FILES_MAX 256

/* The beginning of a small file, NUL-terminated. Returns its length or -errno. */
static ssize_t
read_text(const char *path, char *text, size_t size)
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

/* ---- the runtime directory ---- */

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

char
host_process_state(pid_t pid)
{
	char path[64], text[256];
	const char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (pid <= 0 || read_text(path, text, sizeof(text)) <= 0)
		return 0;
	/* The name may hold anything, parentheses too; the last one ends it. */
	end = strrchr(text, ')');
	if (end == NULL || end[1] != ' ')
		return 0;
	return end[2];
}

void
host_process_name(pid_t pid, char name[16])
{
	char path[64], text[64];
	size_t i;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (pid <= 0 || read_text(path, text, sizeof(text)) <= 0)
		strcpy(text, "?");
	text[strcspn(text, "\n")] = '\0';
	text[15] = '\0';
	/* A process names itself: nothing that moves a cursor goes on from here. */
	for (i = 0; text[i] != '\0'; i++)
		if (!isprint((unsigned char)text[i]))
			text[i] = '?';
	strcpy(name, text);
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
	host_process_name(pid, name);
	state = host_process_state(pid);
	snprintf(text, size, "pid %d (%s%s)", (int)pid, name,
		state == 'T'           ? ", stopped"
			: state == 't' ? ", stopped by a debugger"
				       : "");
	return text;
}

enum host_namespace
host_compare_namespace(pid_t pid, const char *kind)
{
	struct stat own, other;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	if (pid <= 0 || stat(path, &own) < 0)
		return HOST_UNKNOWN;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	if (stat(path, &other) < 0)
		return HOST_UNKNOWN;
	return own.st_dev == other.st_dev && own.st_ino == other.st_ino ? HOST_SAME
									: HOST_OTHER;
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
	/*
	 * The whole file is asked for: which part of it EAL locks depends on its
	 * version.
	 */
	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
		look->locked = true;
		look->pid = lock.l_pid > 0 ? lock.l_pid : -1;
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

const char *
host_version_words(uint32_t version, char *text, size_t size)
{
	unsigned int release = version & 0xff;
	int n;

	n = snprintf(text, size, "%u.%02u.%u", version >> 24, version >> 16 & 0xff,
		version >> 8 & 0xff);
	/* 99 marks what is no release candidate (RTE_VER_RELEASE). */
	if (release != 99 && n > 0 && (size_t)n < size)
		snprintf(text + n, size - n, "-rc%u", release);
	return text;
}

/*
 * What RTE_VERSION was when mpsh was compiled is not what a shared EAL compares: it is
 * asked for its own.
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

/* ---- who holds a primary's memory ---- */

struct file_id {
	dev_t device;
	ino_t inode;
};

static void
add_holder(struct host_holders *holders, pid_t pid)
{
	unsigned int i;

	if (pid <= 0 || pid == getpid())
		return;
	for (i = 0; i < holders->n; i++)
		if (holders->pids[i] == pid)
			return;
	if (holders->n < HOST_HOLDERS_MAX)
		holders->pids[holders->n++] = pid;
}

static bool
is_among(const struct file_id *files, unsigned int n, dev_t device, ino_t inode)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (files[i].device == device && files[i].inode == inode)
			return true;
	return false;
}

/* The files of a directory whose names match; at most max. Returns how many. */
static unsigned int
list_files(const char *dir, bool (*matches)(const char *name), struct file_id *files,
	unsigned int max)
{
	const struct dirent *entry;
	unsigned int n = 0;
	struct stat st;
	DIR *stream;

	stream = opendir(dir);
	if (stream == NULL)
		return 0;
	while (n < max && (entry = readdir(stream)) != NULL) {
		if (!matches(entry->d_name) ||
			fstatat(dirfd(stream), entry->d_name, &st, 0) < 0)
			continue;
		files[n].device = st.st_dev;
		files[n].inode = st.st_ino;
		n++;
	}
	closedir(stream);
	return n;
}

/*
 * The lists that a new primary makes anew, and cannot while another process has them
 * locked (rte_fbarray_init). A secondary's own copies of them, which do not
 * matter to it, carry its pid after an underscore (eal_memalloc.c).
 */
static bool
is_shared_list(const char *name)
{
	static const char start[] = "fbarray_";

	return strncmp(name, start, sizeof(start) - 1) == 0 &&
		strchr(name + sizeof(start) - 1, '_') == NULL;
}

/*
 * Go through the whole-file locks (flock) of the host: take(pid, device, inode, arg)
 * for each. Without /proc/locks there are none.
 */
static void
walk_locks(void (*take)(pid_t pid, dev_t device, ino_t inode, void *arg), void *arg)
{
	unsigned int major_number, minor_number;
	unsigned long long inode;
	char line[256];
	FILE *file;
	int pid;

	file = fopen("/proc/locks", "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "%*d: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_number,
			    &minor_number, &inode) == 4)
			take(pid, makedev(major_number, minor_number), inode, arg);
	fclose(file);
}

bool
host_lists_are_held(const char *runtime_dir)
{
	const struct dirent *entry;
	bool held = false;
	DIR *stream;

	stream = opendir(runtime_dir);
	if (stream == NULL)
		return false;
	while (!held && (entry = readdir(stream)) != NULL) {
		int fd;

		if (!is_shared_list(entry->d_name))
			continue;
		fd = openat(dirfd(stream), entry->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		held = flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
		close(fd);
	}
	closedir(stream);
	return held;
}

struct lock_search {
	const struct file_id *files;
	unsigned int n;
	struct host_holders *holders;
};

static void
take_holder(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct lock_search *search = arg;

	if (is_among(search->files, search->n, device, inode))
		add_holder(search->holders, pid);
}

void
host_find_lock_holders(const char *runtime_dir, struct host_holders *holders)
{
	struct file_id files[SHARED_FILES_MAX];
	struct lock_search search = { .files = files, .holders = holders };

	search.n = list_files(runtime_dir, is_shared_list, files, SHARED_FILES_MAX);
	if (search.n != 0)
		walk_locks(take_holder, &search);
}

/* Has the process one of the files open? */
static bool
has_open(const char *pid, const struct file_id *files, unsigned int n)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	bool found = false;
	struct stat st;
	ssize_t length;
	DIR *stream;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	stream = opendir(path);
	if (stream == NULL)
		return false;
	while (!found && (entry = readdir(stream)) != NULL) {
		/* The name first: to stat whatever someone has open may block. */
		length = readlinkat(dirfd(stream), entry->d_name, path, sizeof(path) - 1);
		if (length <= 0)
			continue;
		path[length] = '\0';
		found = strstr(path, "/fbarray_") != NULL &&
			fstatat(dirfd(stream), entry->d_name, &st, 0) == 0 &&
			is_among(files, n, st.st_dev, st.st_ino);
	}
	closedir(stream);
	return found;
}

void
host_find_open_holders(const char *runtime_dir, struct host_holders *holders)
{
	struct file_id files[SHARED_FILES_MAX];
	const struct dirent *entry;
	unsigned int n;
	DIR *proc;

	n = list_files(runtime_dir, is_shared_list, files, SHARED_FILES_MAX);
	if (n == 0)
		return;
	proc = opendir("/proc");
	if (proc == NULL)
		return;
	while ((entry = readdir(proc)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]) &&
			has_open(entry->d_name, files, n))
			add_holder(holders, atoi(entry->d_name));
	closedir(proc);
}

/* ---- hugepages ---- */

uint64_t
host_page_size(void)
{
	unsigned long long kib = 0;
	char line[256];
	FILE *file;

	file = fopen("/proc/meminfo", "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Hugepagesize: %llu", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}

/* "2M" of a mount's options in bytes. */
static uint64_t
parse_size(const char *text)
{
	char *end;
	uint64_t size = strtoull(text, &end, 10);

	switch (*end) {
	case 'G':
	case 'g':
		return size << 30;
	case 'M':
	case 'm':
		return size << 20;
	case 'K':
	case 'k':
		return size << 10;
	default:
		return size;
	}
}

/* A counter of a size of pages, 0 if the kernel has none such. */
static uint64_t
page_counter(uint64_t page_size, const char *name)
{
	char path[128], text[32];

	snprintf(path, sizeof(path),
		"/sys/kernel/mm/hugepages/hugepages-%" PRIu64 "kB/%s", page_size / 1024,
		name);
	if (read_text(path, text, sizeof(text)) <= 0)
		return 0;
	return strtoull(text, NULL, 10);
}

uint64_t
host_pages(uint64_t page_size)
{
	return page_counter(page_size, "nr_hugepages");
}

uint64_t
host_free_pages(uint64_t page_size)
{
	uint64_t pages = page_counter(page_size, "free_hugepages");
	uint64_t promised = page_counter(page_size, "resv_hugepages");
	uint64_t over = page_counter(page_size, "nr_overcommit_hugepages");
	uint64_t surplus = page_counter(page_size, "surplus_hugepages");

	pages -= RTE_MIN(pages, promised);
	over -= RTE_MIN(over, surplus);
	return pages + over;
}

/* EAL's rule (get_hugepage_dir): the beginning of the path, up to a slash. */
static bool
lies_on(const char *dir, const char *mount)
{
	size_t length = strlen(mount);

	return strncmp(dir, mount, length) == 0 &&
		(dir[length] == '\0' || dir[length] == '/');
}

/* The mounts that EAL would use with this --huge-dir (NULL without). */
static void
find_mounts(const char *huge_dir, struct host_hugepages *hugepages)
{
	uint64_t default_size = host_page_size(), page_size;
	struct mntent *entry, buffer;
	char strings[4096];
	const char *option;
	unsigned int i;
	FILE *file;

	file = setmntent("/proc/mounts", "re");
	if (file == NULL)
		return;
	while ((entry = getmntent_r(file, &buffer, strings, sizeof(strings))) != NULL) {
		if (strcmp(entry->mnt_type, "hugetlbfs") != 0)
			continue;
		if (!hugepages->is_mounted)
			snprintf(hugepages->any_dir, sizeof(hugepages->any_dir), "%s",
				entry->mnt_dir);
		hugepages->is_mounted = true;
		if (huge_dir != NULL && !lies_on(huge_dir, entry->mnt_dir))
			continue;

		option = strstr(entry->mnt_opts, "pagesize=");
		page_size = option == NULL ? default_size
					   : parse_size(option + strlen("pagesize="));
		for (i = 0; i < hugepages->n_mounts; i++)
			if (hugepages->mounts[i].page_size == page_size)
				break;
		if (i < hugepages->n_mounts || i == HOST_PAGE_SIZES_MAX || page_size == 0)
			continue;
		snprintf(hugepages->mounts[i].dir, sizeof(hugepages->mounts[i].dir), "%s",
			huge_dir != NULL ? huge_dir : entry->mnt_dir);
		hugepages->mounts[i].page_size = page_size;
		hugepages->n_mounts++;
	}
	endmntent(file);
}

static bool
is_map_file(const char *name)
{
	return fnmatch("*map_*", name, 0) == 0;
}

struct lock_mark {
	struct file_id *files;
	unsigned int n;
};

static void
forget_file(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct lock_mark *mark = arg;
	unsigned int i;

	(void)pid;
	for (i = 0; i < mark->n; i++)
		if (mark->files[i].device == device && mark->files[i].inode == inode)
			mark->files[i] = mark->files[--mark->n];
}

/*
 * Bytes in map files that no process has locked, left by primaries that were killed: a
 * starting primary deletes those (clear_hugedir), so they are as good as free.
 */
static uint64_t
left_bytes(const struct host_huge_mount *mount)
{
	struct lock_mark mark = { .n = 0 };
	const struct dirent *entry;
	uint64_t bytes = 0;
	unsigned int max;
	struct stat st;
	DIR *stream;

	/* No more of them than there are pages. */
	max = RTE_MIN(host_pages(mount->page_size), UINT64_C(1) << 20);
	mark.files = calloc(max + 1, sizeof(*mark.files));
	if (mark.files == NULL)
		return 0;
	mark.n = list_files(mount->dir, is_map_file, mark.files, max);
	if (mark.n != 0)
		walk_locks(forget_file, &mark);
	stream = mark.n == 0 ? NULL : opendir(mount->dir);
	if (stream != NULL) {
		while ((entry = readdir(stream)) != NULL)
			if (is_map_file(entry->d_name) &&
				fstatat(dirfd(stream), entry->d_name, &st, 0) == 0 &&
				is_among(mark.files, mark.n, st.st_dev, st.st_ino))
				bytes += (uint64_t)st.st_blocks * 512;
		closedir(stream);
	}
	free(mark.files);
	return bytes;
}

void
host_look_at_hugepages(
	const char *huge_dir, uint64_t needed, struct host_hugepages *hugepages)
{
	const struct host_huge_mount *mount;
	unsigned int i;

	memset(hugepages, 0, sizeof(*hugepages));
	find_mounts(huge_dir, hugepages);
	for (i = 0; i < hugepages->n_mounts; i++) {
		mount = &hugepages->mounts[i];
		hugepages->all_bytes += host_pages(mount->page_size) * mount->page_size;
		hugepages->free_bytes +=
			host_free_pages(mount->page_size) * mount->page_size;
	}
	for (i = 0; i < hugepages->n_mounts && hugepages->free_bytes < needed; i++) {
		uint64_t left = left_bytes(&hugepages->mounts[i]);

		hugepages->left_bytes += left;
		hugepages->free_bytes += left;
	}
}

/* ---- rte_mp's sockets ---- */

enum host_socket
host_look_at_socket(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct pollfd poller = { .events = POLLOUT };
	enum host_socket found = HOST_SOCKET_UNKNOWN;
	int saved;

	if (snprintf(to.sun_path, sizeof(to.sun_path), "%s", path) >=
		(int)sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return found;
	}
	poller.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (poller.fd < 0)
		return found;
	if (connect(poller.fd, (const struct sockaddr *)&to, sizeof(to)) == 0) {
		int n = poll(&poller, 1, 0);

		if (n >= 0)
			found = n == 0 ? HOST_SOCKET_FULL : HOST_SOCKET_READ;
	} else if (errno == ECONNREFUSED) {
		found = HOST_SOCKET_STALE;
	}
	saved = errno;
	close(poller.fd);
	errno = saved;
	return found;
}

pid_t
host_socket_pid(const char *path)
{
	const char *name = strrchr(path, '/');
	int pid = 0;

	if (sscanf(name != NULL ? name + 1 : path, "mp_socket_%d_", &pid) != 1 || pid < 0)
		return 0;
	return pid;
}

bool
host_lacks_mp_thread(pid_t pid)
{
	/* Before DPDK 23.11, and since. */
	static const char *const names[] = { "rte_mp_handle", "mp-msg", "dpdk-mp-msg" };
	const struct dirent *entry;
	char path[PATH_MAX], name[32];
	bool seen_all = true, found = false;
	unsigned int threads = 0, i;
	DIR *stream;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	stream = pid > 0 ? opendir(path) : NULL;
	if (stream == NULL)
		return false;
	while (!found && (entry = readdir(stream)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.16s/comm", (int)pid,
			entry->d_name);
		threads++;
		if (read_text(path, name, sizeof(name)) <= 0) {
			seen_all = false;
			continue;
		}
		name[strcspn(name, "\n")] = '\0';
		for (i = 0; i < RTE_DIM(names); i++)
			found = found || strcmp(name, names[i]) == 0;
	}
	closedir(stream);
	/* One that runs out of a single thread may be a script that listens there. */
	return !found && seen_all && threads > 1;
}
