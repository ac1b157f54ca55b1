/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <mntent.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_version.h>

#include "preflight.h"

#define EXIT_START 3 /* SPEC: could not start */

#define MIB (UINT64_C(1) << 20)

/* How long a primary may be starting or stopped, unless -w says it. */
#define ANSWER_MS 10000
/* Secondaries let go within moments of their primary's death. */
#define HOLDERS_MS 1000
#define POLL_MS 20

/*
 * What a primary takes of hugepages: EAL itself, and for each secondary two rings of
 * 256 messages of 1088 bytes with a header (DESIGN, fact 2).
 */
#define EAL_MEMORY (8 * MIB)
#define PAIR_MEMORY (UINT64_C(2) * (256 * 1088 + 512))

/*
 * Descriptors: seen that bare EAL has 22 open, 0 to 2 among them; our own; an eventfd
 * and a pidfd a peer. EAL keeps one for each hugepage, too.
 */
#define EAL_DESCRIPTORS 22
#define OWN_DESCRIPTORS 20
#define PEER_DESCRIPTORS 2
#define PAGE_OF_A_DESCRIPTOR (2 * MIB)

#define HOLDERS_MAX 32  /* kept; */
#define HOLDERS_SHOWN 6 /* and this many of them named */
#define SHARED_FILES_MAX 256

/* EAL has room for three sizes of pages (MAX_HUGEPAGE_SIZES). */
#define PAGE_SIZES_MAX 3

static int __attribute__((format(printf, 2, 3)))
refuse(char *error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error, PREFLIGHT_ERROR_SIZE, format, ap);
	va_end(ap);
	return EXIT_START;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
pause_ms(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

/* Put "sudo " before a command that only root may run. */
static const char *
as_root(void)
{
	return geteuid() == 0 ? "" : "sudo ";
}

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

/* What it lies in, and the variable that says so, NULL for DPDK's own choice. */
static const char *
runtime_base(const char **variable)
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
preflight_runtime_dir(const char *file_prefix, char *dir, size_t size)
{
	const char *variable;

	snprintf(dir, size, "%s/dpdk/%s", runtime_base(&variable), file_prefix);
}

/*
 * EAL cuts a path that is too long for a socket's address without a word, and then
 * the processes do not find each other.
 */
static int
check_length(const struct options *options, char *error)
{
	static const char socket_name[] = "/mp_socket_4194304_ffffffffffffffff";
	struct sockaddr_un address;
	const char *variable;
	size_t length;

	length = strlen(runtime_base(&variable)) + strlen("/dpdk/") +
		 strlen(options->file_prefix);
	if (length + sizeof(socket_name) <= sizeof(address.sun_path))
		return 0;
	return refuse(error,
		"the runtime directory's path is %zu bytes, the limit is %zu (its "
		"sockets' names)\n"
		"use a shorter --file-prefix%s%s",
		length, sizeof(address.sun_path) - sizeof(socket_name),
		variable != NULL ? ", or a shorter $" : "",
		variable != NULL ? variable : "");
}

static const char *
user_name(uid_t uid, char *name, size_t size)
{
	const struct passwd *passwd = getpwuid(uid);

	if (passwd != NULL)
		snprintf(name, size, "%s", passwd->pw_name);
	else
		snprintf(name, size, "user %u", (unsigned int)uid);
	return name;
}

/* path is why the runtime directory cannot be used; reason an errno. */
static int
refuse_directory(const char *path, int reason, char *error)
{
	const char *variable;
	char part[PATH_MAX];
	struct stat st;
	char owner[64];

	runtime_base(&variable);
	if (reason == EACCES || reason == EPERM) {
		/* Whose is it? The first directory that can be seen keeps us out of it.
		 */
		snprintf(part, sizeof(part), "%s", path);
		while (stat(part, &st) < 0 && strrchr(part, '/') > part)
			*strrchr(part, '/') = '\0';
		return refuse(error,
			"not permitted: %s belongs to %s\n"
			"run mpsh as that user or as root, or set RUNTIME_DIRECTORY to a "
			"directory of yours",
			part, user_name(st.st_uid, owner, sizeof(owner)));
	}
	if (variable != NULL && reason == ENOENT)
		return refuse(error,
			"no runtime directory: %s, from $%s, does not exist\n"
			"mkdir -p %s, or unset %s",
			path, variable, path, variable);
	if (variable != NULL)
		return refuse(error,
			"cannot use the runtime directory: %s: %s\n"
			"set %s to a directory that can be written",
			path, strerror(reason), variable);
	return refuse(error,
		"cannot use the runtime directory: %s: %s\n"
		"mend that, or set RUNTIME_DIRECTORY to a directory that can be written",
		path, strerror(reason));
}

static int
directory_problem(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISDIR(st.st_mode))
		return ENOTDIR;
	if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) < 0)
		return errno;
	return 0;
}

/*
 * Could EAL make the runtime directory and its files? It makes the last two parts of
 * the path, no more; so what exists of them must take a file. Nothing is made here.
 */
static int
check_runtime_dir(const char *runtime_dir, char *error)
{
	char path[PATH_MAX];
	unsigned int part;
	struct stat st;
	int problem;

	snprintf(path, sizeof(path), "%s/config", runtime_dir);
	if (stat(path, &st) == 0 &&
		faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) < 0)
		return refuse_directory(path, errno, error);

	for (part = 0; part < 3; part++) {
		*strrchr(path, '/') = '\0';
		if (path[0] == '\0')
			strcpy(path, "/");
		problem = directory_problem(path);
		/* What lies in a file does not exist either: the file is found next. */
		if ((problem == ENOENT || problem == ENOTDIR) && part < 2 &&
			stat(path, &st) < 0)
			continue;
		break;
	}
	return problem == 0 ? 0 : refuse_directory(path, problem, error);
}

/* ---- processes ---- */

char
preflight_process_state(pid_t pid)
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
preflight_process_name(pid_t pid, char name[16])
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

static bool
is_stopped(pid_t pid)
{
	char state = preflight_process_state(pid);

	return state == 'T' || state == 't';
}

/* "pid 4242 (mpsh, stopped)" */
static const char *
describe_process(pid_t pid, char *text, size_t size)
{
	char name[16];
	char state;

	if (pid <= 0) {
		snprintf(text, size, "%s",
			pid == 0 ? "a process that has ended since"
				 : "a process of another PID namespace");
		return text;
	}
	preflight_process_name(pid, name);
	state = preflight_process_state(pid);
	snprintf(text, size, "pid %d (%s%s)", (int)pid, name,
		state == 'T'   ? ", stopped"
		: state == 't' ? ", stopped by a debugger"
			       : "");
	return text;
}

/* ---- the primary ---- */

/* What the runtime directory's config file tells. */
struct config_look {
	int error;        /* errno of opening it, 0 if that went well */
	bool locked;      /* a primary lives */
	pid_t pid;        /* its pid, -1 if that is in another PID namespace */
	bool complete;    /* and its rte_eal_init() has ended */
	uint32_t version; /* RTE_VERSION of its EAL */
};

static void
look_at_config(const char *runtime_dir, struct config_look *look)
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
preflight_primary(const char *runtime_dir)
{
	struct config_look look;

	look_at_config(runtime_dir, &look);
	return look.locked ? look.pid : 0;
}

/* RTE_VERSION in words: 22.11.11, 23.03.0-rc1. */
static const char *
version_words(uint32_t version, char *text, size_t size)
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
 * That of the EAL which is loaded, less the release candidate's number: what
 * RTE_VERSION was when mpsh was compiled is not what a shared EAL compares.
 */
static uint32_t
own_version(void)
{
	unsigned int year, month, minor;

	if (sscanf(rte_version(), "%*[^0-9]%u.%u.%u", &year, &month, &minor) != 3)
		return RTE_VERSION >> 8;
	return year << 16 | month << 8 | minor;
}

static const char *
own_version_words(void)
{
	const char *words = strpbrk(rte_version(), "0123456789");

	return words != NULL ? words : rte_version();
}

static int
refuse_version(const struct config_look *look, char *error)
{
	char who[80], version[32];

	return refuse(error,
		"the primary, %s, is built with DPDK %s, this mpsh with DPDK %s\n"
		"start both with the same DPDK, or use another --file-prefix",
		describe_process(look->pid, who, sizeof(who)),
		version_words(look->version, version, sizeof(version)),
		own_version_words());
}

static int
refuse_other_primary(const struct options *options, pid_t pid, char *error)
{
	char who[80];

	return refuse(error,
		"another primary already runs under the prefix %s: %s\n"
		"join it with --proc-type=secondary, or use another --file-prefix",
		options->file_prefix, describe_process(pid, who, sizeof(who)));
}

static int
refuse_no_primary(const struct options *options, const char *runtime_dir, char *error)
{
	bool default_prefix = strcmp(options->file_prefix, "rte") == 0;
	char waited[48] = "";

	if (options->has_wait)
		snprintf(waited, sizeof(waited), " after %" PRIu64 " s", options->wait_s);
	return refuse(error,
		"no primary under the prefix %s (%s)%s\n"
		"start one first: mpsh --proc-type=primary%s%s",
		options->file_prefix, runtime_dir, waited,
		default_prefix ? "" : " --file-prefix ",
		default_prefix ? "" : options->file_prefix);
}

/* A primary that lives, but has not answered for so long. */
static int
refuse_no_answer(uint64_t seconds, pid_t pid, char *error)
{
	char state = preflight_process_state(pid);
	char name[16];

	if (state == 'T')
		return refuse(error,
			"no answer in %" PRIu64 " s from the primary (pid %d, stopped)\n"
			"kill -CONT %d",
			seconds, (int)pid, (int)pid);
	if (state == 't')
		return refuse(error,
			"no answer in %" PRIu64
			" s from the primary (pid %d, stopped by a debugger)\n"
			"let it continue there, or use another --file-prefix",
			seconds, (int)pid);
	if (pid <= 0)
		return refuse(error,
			"no answer in %" PRIu64 " s from the primary, "
			"a process of another PID namespace that is still starting\n"
			"wait longer with -w 60, or use another --file-prefix",
			seconds);
	preflight_process_name(pid, name);
	return refuse(error,
		"no answer in %" PRIu64
		" s from the primary (pid %d, %s, still starting)\n"
		"wait longer with -w 60, or end it: kill %d",
		seconds, (int)pid, name, (int)pid);
}

/*
 * Become primary or secondary, waiting for a primary that is starting or stopped: a
 * secondary of one that died in its own start would spin in rte_eal_init() for ever,
 * and so would one of a primary whose config is not complete (fact 10).
 */
static int
choose_role(const struct options *options, struct preflight *preflight, char *error)
{
	enum role_wish wish = options->has_wait ? WISH_SECONDARY : options->wish;
	uint64_t limit_ms = ANSWER_MS;
	struct config_look look;
	uint64_t start_ms = now_ms();

	if (options->has_wait)
		limit_ms = options->wait_s < UINT64_MAX / 1000 ? options->wait_s * 1000
							       : UINT64_MAX;
	for (;;) {
		look_at_config(preflight->runtime_dir, &look);
		preflight->is_primary = false;
		preflight->primary_pid = look.locked ? look.pid : 0;

		if (look.error != 0 && look.error != ENOENT) {
			int ret = check_runtime_dir(preflight->runtime_dir, error);

			return ret != 0 ? ret
					: refuse_directory(preflight->runtime_dir,
						  look.error, error);
		}
		if (!look.locked && wish != WISH_SECONDARY) {
			preflight->is_primary = true;
			return 0;
		}
		if (!look.locked && !options->has_wait)
			return refuse_no_primary(options, preflight->runtime_dir, error);
		if (look.locked && wish == WISH_PRIMARY)
			return refuse_other_primary(options, look.pid, error);
		if (look.locked && look.complete) {
			if (look.version >> 8 == own_version()) {
				if (!is_stopped(look.pid))
					return 0;
			} else if (!options->has_wait) {
				return refuse_version(&look, error);
			}
		}

		if (now_ms() - start_ms >= limit_ms)
			break;
		pause_ms(POLL_MS);
	}
	if (!look.locked)
		return refuse_no_primary(options, preflight->runtime_dir, error);
	if (look.complete && look.version >> 8 != own_version())
		return refuse_version(&look, error);
	return refuse_no_answer(limit_ms / 1000, look.pid, error);
}

/* ---- who holds an earlier primary's memory ---- */

struct file_id {
	dev_t device;
	ino_t inode;
};

struct holders {
	unsigned int n;
	pid_t pids[HOLDERS_MAX];
};

static void
add_holder(struct holders *holders, pid_t pid)
{
	unsigned int i;

	if (pid <= 0 || pid == getpid())
		return;
	for (i = 0; i < holders->n; i++)
		if (holders->pids[i] == pid)
			return;
	if (holders->n < HOLDERS_MAX)
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

struct lock_search {
	const struct file_id *files;
	unsigned int n;
	struct holders *holders;
};

static void
take_holder(pid_t pid, dev_t device, ino_t inode, void *arg)
{
	struct lock_search *search = arg;

	if (is_among(search->files, search->n, device, inode))
		add_holder(search->holders, pid);
}

static void
find_lock_holders(const char *runtime_dir, struct holders *holders)
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

/*
 * By descriptor: finds what /proc/locks does not tell, a lock whose taker has ended and
 * left it to a child, and a file system whose device numbers differ there. Looks at every
 * process, so it is kept for when EAL has failed.
 */
static void
find_open_holders(const char *runtime_dir, struct holders *holders)
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

static int
refuse_holders(const struct holders *holders, char *error)
{
	char list[HOLDERS_SHOWN * 64 + 32] = "", stopped[HOLDERS_SHOWN * 12 + 1] = "";
	unsigned int i, shown = RTE_MIN(holders->n, (unsigned int)HOLDERS_SHOWN);
	size_t used = 0, used_stopped = 0;
	char who[80];

	for (i = 0; i < shown; i++) {
		used += snprintf(list + used, sizeof(list) - used, "%s%.60s",
			i == 0 ? "" : ", ",
			describe_process(holders->pids[i], who, sizeof(who)));
		if (preflight_process_state(holders->pids[i]) == 'T')
			used_stopped += snprintf(stopped + used_stopped,
				sizeof(stopped) - used_stopped, " %d",
				(int)holders->pids[i]);
	}
	if (holders->n > shown)
		snprintf(list + used, sizeof(list) - used, " and %u more",
			holders->n - shown);
	return refuse(error,
		"processes of an earlier primary still hold its memory: %s\n"
		"quit them%s%s%s, or use another --file-prefix",
		list, used_stopped != 0 ? " (wake with kill -CONT" : "", stopped,
		used_stopped != 0 ? ")" : "");
}

/* Returns -EAGAIN when the prefix has got a primary meanwhile. */
static int
check_holders(const char *runtime_dir, char *error)
{
	uint64_t start_ms = now_ms();
	struct holders holders;

	for (;;) {
		holders.n = 0;
		find_lock_holders(runtime_dir, &holders);
		if (holders.n == 0)
			return 0;
		if (preflight_primary(runtime_dir) != 0)
			return -EAGAIN;
		if (now_ms() - start_ms >= HOLDERS_MS)
			return refuse_holders(&holders, error);
		pause_ms(POLL_MS);
	}
}

/* ---- hugepages ---- */

struct huge_mount {
	char dir[PATH_MAX];
	uint64_t page_size; /* bytes */
};

struct hugepages {
	unsigned int n_mounts; /* as EAL would use them: one for each size of pages */
	struct huge_mount mounts[PAGE_SIZES_MAX];
	bool is_mounted;     /* some hugetlbfs is, --huge-dir or not */
	char any_dir[256];   /* where that is */
	uint64_t free_bytes; /* for EAL to take, through these mounts */
	uint64_t all_bytes;  /* reserved, free or not, of their sizes */
};

/* The kernel's default size of hugepages in bytes, 0 without any. */
static uint64_t
default_page_size(void)
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

/* Pages to be had: free, not promised to others, or still to be overcommitted. */
static uint64_t
free_pages(uint64_t page_size)
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
find_mounts(const char *huge_dir, struct hugepages *hugepages)
{
	uint64_t default_size = default_page_size(), page_size;
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
		if (i < hugepages->n_mounts || i == PAGE_SIZES_MAX || page_size == 0)
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
left_bytes(const struct huge_mount *mount)
{
	struct lock_mark mark = { .n = 0 };
	const struct dirent *entry;
	uint64_t bytes = 0;
	unsigned int max;
	struct stat st;
	DIR *stream;

	/* No more of them than there are pages. */
	max = RTE_MIN(page_counter(mount->page_size, "nr_hugepages"), UINT64_C(1) << 20);
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

/* needed: stop counting when so many bytes are found, the rest is dearer to find. */
static void
look_at_hugepages(const char *huge_dir, uint64_t needed, struct hugepages *hugepages)
{
	const struct huge_mount *mount;
	unsigned int i;

	memset(hugepages, 0, sizeof(*hugepages));
	find_mounts(huge_dir, hugepages);
	for (i = 0; i < hugepages->n_mounts; i++) {
		mount = &hugepages->mounts[i];
		hugepages->all_bytes +=
			page_counter(mount->page_size, "nr_hugepages") * mount->page_size;
		hugepages->free_bytes += free_pages(mount->page_size) * mount->page_size;
	}
	for (i = 0; i < hugepages->n_mounts && hugepages->free_bytes < needed; i++)
		hugepages->free_bytes += left_bytes(&hugepages->mounts[i]);
}

/* Bytes of hugepages that a primary with these options takes. */
static uint64_t
memory_needed(const struct options *options)
{
	uint64_t needed = EAL_MEMORY + options->max_peers * PAIR_MEMORY;

	if (options->memory_mib >= UINT64_MAX / MIB)
		return UINT64_MAX;
	return RTE_MAX(needed, options->memory_mib * MIB);
}

/*
 * The command that makes room for so many bytes more than are in use. --setup takes
 * all pages back first, which fails while some are in use, and mounts /dev/hugepages.
 */
static void
setup_command(uint64_t used, uint64_t needed, bool is_mounted, char *text, size_t size)
{
	uint64_t unit = RTE_MAX(64 * MIB, default_page_size());
	uint64_t bytes;

	if (needed > UINT64_MAX / 2 - used) {
		snprintf(text, size, "ask for less with -m");
		return;
	}
	bytes = (used + needed + unit - 1) / unit * unit;
	snprintf(text, size, "%sdpdk-hugepages.py --%s %" PRIu64 "M", as_root(),
		is_mounted && used != 0 ? "reserve" : "setup", bytes / MIB);
}

/* needed: bytes of free pages, 0 in a secondary. */
static int
refuse_no_mount(uint64_t needed, char *error)
{
	uint64_t size = default_page_size();
	char command[96], make[64] = "";
	struct stat st;

	/* Without pages a mount helps no one, and --setup mounts, too. */
	if (size == 0 || free_pages(size) * size < needed) {
		setup_command(0, needed, false, command, sizeof(command));
		return refuse(error,
			"hugetlbfs is not mounted and there are too few hugepages\n%s",
			command);
	}
	if (stat("/dev/hugepages", &st) < 0)
		snprintf(make, sizeof(make), "%smkdir /dev/hugepages && ", as_root());
	return refuse(error,
		"hugetlbfs is not mounted\n%s%smount -t hugetlbfs nodev /dev/hugepages",
		make, as_root());
}

static int
refuse_huge_dir(
	const struct options *options, const struct hugepages *hugepages, char *error)
{
	const char *dir = options->huge_dir;
	struct stat st;

	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return refuse(error,
			"--huge-dir %s: no such directory\nuse --huge-dir %s", dir,
			hugepages->any_dir);
	return refuse(error,
		"--huge-dir %s: it lies on no hugetlbfs mount\n"
		"use --huge-dir %s, or: %smount -t hugetlbfs nodev %s",
		dir, hugepages->any_dir, as_root(), dir);
}

static int
refuse_few_pages(const struct options *options, const struct hugepages *hugepages,
	uint64_t needed, char *error)
{
	uint64_t used = hugepages->all_bytes -
			RTE_MIN(hugepages->all_bytes, hugepages->free_bytes);
	uint64_t spare = hugepages->free_bytes;
	char command[96], fewer[64] = "";

	setup_command(used, needed, true, command, sizeof(command));
	if (spare == 0)
		return refuse(error, "no free hugepages%s\n%s",
			hugepages->all_bytes == 0 ? ": none are reserved"
						  : ": all are in use",
			command);
	if (needed == EAL_MEMORY + options->max_peers * PAIR_MEMORY &&
		spare >= EAL_MEMORY + PAIR_MEMORY)
		snprintf(fewer, sizeof(fewer), ", or use --max-peers %" PRIu64,
			(spare - EAL_MEMORY) / PAIR_MEMORY);
	return refuse(error,
		"too few free hugepages: %" PRIu64 " MiB are free, mpsh needs %" PRIu64
		" MiB\n%s%s",
		spare / MIB, needed / MIB + (needed % MIB != 0), command, fewer);
}

/* Can the files of hugepages be made? */
static int
check_huge_access(const struct hugepages *hugepages, char *error)
{
	char owner[64];
	struct stat st;
	unsigned int i;

	for (i = 0; i < hugepages->n_mounts; i++) {
		const char *dir = hugepages->mounts[i].dir;

		if (faccessat(AT_FDCWD, dir, R_OK | W_OK | X_OK, AT_EACCESS) == 0)
			continue;
		if (errno == EROFS)
			return refuse(error,
				"%s is mounted read-only\n%smount -o remount,rw %s", dir,
				as_root(), dir);
		if (stat(dir, &st) < 0)
			return refuse(error,
				"not permitted: no access to %s\nrun mpsh as root: sudo "
				"mpsh",
				dir);
		return refuse(error,
			"not permitted: %s belongs to %s\n"
			"run mpsh as root (sudo mpsh), or: sudo chown %u %s",
			dir, user_name(st.st_uid, owner, sizeof(owner)),
			(unsigned int)geteuid(), dir);
	}
	return 0;
}

static int
check_hugepages(const struct options *options, char *error)
{
	uint64_t needed = memory_needed(options);
	struct hugepages hugepages;
	struct stat st;
	int ret;

	look_at_hugepages(options->huge_dir, needed, &hugepages);
	if (!hugepages.is_mounted)
		return refuse_no_mount(needed, error);
	if (hugepages.n_mounts == 0 ||
		(options->huge_dir != NULL && stat(options->huge_dir, &st) < 0))
		return refuse_huge_dir(options, &hugepages, error);
	ret = check_huge_access(&hugepages, error);
	if (ret != 0)
		return ret;
	if (hugepages.free_bytes < needed)
		return refuse_few_pages(options, &hugepages, needed, error);
	return 0;
}

/* ---- descriptors ---- */

/*
 * Room for so many peers and pages? Without opening a thing, for there may be no
 * descriptor left. The soft limit is raised to the hard one, as EAL does later itself
 * (rte_eal_memseg_init), too late for what it opens until then.
 */
static int
check_descriptors(unsigned int peers, uint64_t pages, char *error)
{
	uint64_t needed, limit;
	struct rlimit rlimit;
	int fd;

	if (getrlimit(RLIMIT_NOFILE, &rlimit) < 0)
		return 0;
	needed = EAL_DESCRIPTORS + OWN_DESCRIPTORS + PEER_DESCRIPTORS * peers + pages;
	limit = rlimit.rlim_cur;
	/* Those that were handed down are spent; so many can be only of a few. */
	for (fd = 3; (rlim_t)fd < RTE_MIN(rlimit.rlim_cur, (rlim_t)1024); fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			needed++;
	if (limit < needed && rlimit.rlim_max > rlimit.rlim_cur) {
		rlimit.rlim_cur = rlimit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &rlimit) == 0)
			limit = rlimit.rlim_cur;
	}
	if (limit >= needed)
		return 0;
	return refuse(error,
		"too few descriptors: %" PRIu64 " may be open, mpsh needs %" PRIu64
		": %s%" PRIu64,
		limit, needed,
		geteuid() == 0 ? "ulimit -n " : "sudo prlimit --pid $$ --nofile=",
		RTE_MAX(needed * 2, UINT64_C(1024)));
}

/* ---- the whole ---- */

static int
check_primary(
	const struct options *options, const struct preflight *preflight, char *error)
{
	uint64_t pages = options->max_peers * PAIR_MEMORY / PAGE_OF_A_DESCRIPTOR;
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, error);
	if (ret == 0)
		ret = check_descriptors(options->max_peers, pages, error);
	if (ret == 0)
		ret = check_hugepages(options, error);
	if (ret == 0)
		ret = check_holders(preflight->runtime_dir, error);
	return ret;
}

static int
refuse_no_huge_primary(pid_t pid, char *error)
{
	char who[80];

	return refuse(error,
		"the primary, %s, runs without hugepages (--no-huge): it has no "
		"multi-process\n"
		"start it without --no-huge, or use another --file-prefix",
		describe_process(pid, who, sizeof(who)));
}

static int
check_secondary(const struct preflight *preflight, char *error)
{
	struct hugepages hugepages;
	char path[PATH_MAX];
	struct stat st;
	int ret;

	ret = check_runtime_dir(preflight->runtime_dir, error);
	if (ret != 0)
		return ret;
	/* A primary leaves its pages' sizes there for us (eal_hugepage_info_init). */
	snprintf(path, sizeof(path), "%s/hugepage_info", preflight->runtime_dir);
	if (stat(path, &st) < 0 && errno == ENOENT)
		return refuse_no_huge_primary(preflight->primary_pid, error);
	/* The memory is the primary's: a secondary needs the mount, no free page. */
	look_at_hugepages(NULL, 0, &hugepages);
	if (!hugepages.is_mounted)
		return refuse_no_mount(0, error);
	return 0;
}

int
preflight_check(const struct options *options, struct preflight *preflight, char *error)
{
	int ret;

	memset(preflight, 0, sizeof(*preflight));
	error[0] = '\0';
	ret = check_length(options, error);
	if (ret != 0)
		return ret;
	preflight_runtime_dir(options->file_prefix, preflight->runtime_dir,
		sizeof(preflight->runtime_dir));
	/* Before the first open(): what follows needs descriptors. */
	ret = check_descriptors(1, 0, error);
	if (ret != 0)
		return ret;
	do {
		ret = choose_role(options, preflight, error);
		if (ret != 0)
			return ret;
		ret = preflight->is_primary ? check_primary(options, preflight, error)
					    : check_secondary(preflight, error);
	} while (ret == -EAGAIN);
	return ret;
}

/* ---- what EAL's log means ---- */

#define LINE_SIZE 256

static bool
has(const char *log, const char *text)
{
	return strstr(log, text) != NULL;
}

/* What EAL says in a line: the beginning "EAL: " and "FATAL: " cut; a cut copy. */
static void
copy_line(const char *start, char *line)
{
	static const char *const cut[] = { "EAL: ", "FATAL: ", "Error: " };
	unsigned int i;

	for (i = 0; i < RTE_DIM(cut); i++)
		if (strncmp(start, cut[i], strlen(cut[i])) == 0)
			start += strlen(cut[i]);
	snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(start, "\r\n"), start);
}

/* The first line with one of the texts in it; words ends with NULL. */
static bool
find_line(const char *log, const char *const words[], char *line)
{
	unsigned int i;
	char whole[LINE_SIZE * 2];

	while (*log != '\0') {
		size_t length = strcspn(log, "\n");

		snprintf(whole, sizeof(whole), "%.*s",
			(int)RTE_MIN(length, sizeof(whole) - 1), log);
		for (i = 0; words[i] != NULL; i++)
			if (has(whole, words[i])) {
				copy_line(log, line);
				return true;
			}
		log += length;
		if (*log == '\n')
			log++;
	}
	return false;
}

/* What follows text up to the end of its line. */
static bool
find_after(const char *log, const char *text, char *rest)
{
	const char *found = strstr(log, text);

	if (found == NULL)
		return false;
	copy_line(found + strlen(text), rest);
	return true;
}

/* Which of DPDK's libraries and drivers brings a tailq, "" if that is not known. */
static const char *
tailq_library(const char *tailq)
{
	static const struct {
		const char *start;
		const char *library;
	} known[] = {
		{ "RTE_ACL", "librte_acl" },
		{ "RTE_DIST", "librte_distributor" },
		{ "RTE_EFD", "librte_efd" },
		{ "RTE_FBK_HASH", "librte_hash" },
		{ "RTE_FIB", "librte_fib" },
		{ "RTE_HASH", "librte_hash" },
		{ "RTE_IPSEC", "librte_ipsec" },
		{ "RTE_KNI", "librte_kni" },
		{ "RTE_LPM", "librte_lpm" },
		{ "RTE_MBUF", "librte_mbuf" },
		{ "RTE_MEMBER", "librte_member" },
		{ "RTE_MEMPOOL", "librte_mempool" },
		{ "RTE_REORDER", "librte_reorder" },
		{ "RTE_RIB", "librte_rib" },
		{ "RTE_RING", "librte_ring" },
		{ "RTE_STACK", "librte_stack" },
		{ "RTE_SWX", "librte_pipeline" },
		{ "RTE_THASH", "librte_hash" },
		{ "UIO_RESOURCE", "librte_bus_pci" },
		{ "VFIO_RESOURCE", "librte_bus_pci" },
		{ "VMBUS_RESOURCE", "librte_bus_vmbus" },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(known); i++)
		if (strncmp(tailq, known[i].start, strlen(known[i].start)) == 0)
			return known[i].library;
	return "";
}

static bool
explain_tailq(const char *log, char *error)
{
	char tailq[LINE_SIZE];
	const char *library;

	if (!find_after(log, "Cannot initialize tailq: ", tailq))
		return false;
	library = tailq_library(tailq);
	refuse(error,
		"the primary lacks a library that this mpsh has: %s%stailq %s%s\n"
		"use a mpsh built with -Dstatic_eal=true, or start a primary with that "
		"library",
		library, *library != '\0' ? " (" : "", tailq,
		*library != '\0' ? ")" : "");
	return true;
}

/* Who the primary is, at the moment if it can be told, else as preflight found it. */
static pid_t
present_primary(const struct preflight *preflight)
{
	pid_t pid = preflight_primary(preflight->runtime_dir);

	return pid != 0 ? pid : preflight->primary_pid;
}

static bool
explain_primary(const struct options *options, const struct preflight *preflight,
	const char *log, char *error)
{
	if (has(log, "DPDK version mismatch")) {
		refuse(error,
			"the primary is built with another DPDK version, this mpsh with "
			"DPDK %s\n"
			"start both with the same DPDK, or use another --file-prefix",
			own_version_words());
		return true;
	}
	if (explain_tailq(log, error))
		return true;
	if (has(log, "Is another primary process running?")) {
		refuse_other_primary(options, present_primary(preflight), error);
		return true;
	}
	if (has(log, "Primary process refused secondary attachment")) {
		refuse(error, "the primary takes no more secondaries (it called "
			      "rte_thread_register)\n"
			      "start it anew, or use another --file-prefix");
		return true;
	}
	if (!preflight->is_primary && has(log, "for rte_mem_config") &&
		has(log, "Cannot open '")) {
		refuse_no_primary(options, preflight->runtime_dir, error);
		return true;
	}
	if (!preflight->is_primary && has(log, "Cannot get hugepage information")) {
		refuse_no_huge_primary(present_primary(preflight), error);
		return true;
	}
	return false;
}

/* EAL makes the runtime directory while it reads the options, so ask for it first. */
static bool
explain_directory(const char *log, char *error)
{
	static const char *const words[] = { "Error creating '", "for rte_mem_config",
		NULL };
	char line[LINE_SIZE];

	if (!find_line(log, words, line))
		return false;
	if (has(line, "Permission denied") || has(line, "Operation not permitted"))
		refuse(error,
			"not permitted: %s\n"
			"run mpsh as root, or set RUNTIME_DIRECTORY to a directory of "
			"yours",
			line);
	else
		refuse(error,
			"cannot use the runtime directory: %s\n"
			"set RUNTIME_DIRECTORY to a directory that can be written",
			line);
	return true;
}

/* Is the word, or a beginning of it that getopt_long() takes, among EAL's options? */
static const char *
single_process_option(const struct options *options)
{
	static const struct {
		const char *whole;
		size_t least;
	} words[] = {
		{ "--no-huge", sizeof("--no-hu") - 1 },
		{ "--no-shconf", sizeof("--no-s") - 1 },
		{ "--in-memory", sizeof("--in") - 1 },
	};
	unsigned int i;
	int word;

	for (word = 1; word < options->eal_argc; word++)
		for (i = 0; i < RTE_DIM(words); i++) {
			const char *given = options->eal_argv[word];

			if (given != NULL && strlen(given) >= words[i].least &&
				strncmp(given, words[i].whole, strlen(given)) == 0)
				return words[i].whole;
		}
	return NULL;
}

static bool
explain_options(const struct options *options, const char *log, char *error)
{
	static const char *const getopt_words[] = { ": unrecognized option",
		": invalid option", ": option '", ": option requires", NULL };
	/* In the order of their lines; the first one is what is wrong. */
	static const char *const eal_words[] = { "EAL: invalid ", "EAL: Invalid char",
		"EAL: Invalid length", "EAL: Invalid process", "EAL: lcore ",
		"EAL: core ", "EAL: Error: ", "EAL: No lcores", "EAL: Too many lcores",
		"EAL: No detected lcore", "EAL: To use high", "EAL: Main lcore",
		"EAL: Option", "EAL: --socket-mem", "EAL: Unable to parse",
		"is ignored, because", "EAL: Could not", NULL };
	const char *alone = single_process_option(options);
	char line[LINE_SIZE];
	const char *text;

	if (alone != NULL) {
		refuse(error, "%s has no multi-process\nstart without it", alone);
		return true;
	}
	if (!has(log, "Invalid 'command line' arguments") &&
		!has(log, "Unable to parse device"))
		return false;
	if (find_line(log, getopt_words, line)) {
		text = strstr(line, ": ");
		refuse(error,
			"%s\nmpsh --help shows the options; EAL's are in DPDK's guide",
			text != NULL ? text + 2 : line);
		return true;
	}
	if (!find_line(log, eal_words, line))
		return false;
	refuse(error, "DPDK does not take an option: %s\nmend it and start again", line);
	return true;
}

static bool
explain_addresses(const struct preflight *preflight, const char *log, char *error)
{
	/* Something else lies here where the primary's memory is, mostly by chance. */
	static const char *const words[] = {
		"Cannot get a virtual area at requested address",
		"Cannot mmap memory for rte_config",
		"Could not map memory from primary process",
		"Cannot attach to memzone list",
		"Cannot attach to primary process memseg lists",
		"Cannot preallocate VA space for hugepage memory",
		"please use '--base-virtaddr'", "Cannot initialize local memory map", NULL
	};
	static const char *const space[] = { "Cannot get a virtual area: ",
		"Cannot get a virtual area of any size", NULL };
	char line[LINE_SIZE];

	if (find_line(log, space, line)) {
		refuse(error, "the address space is too small: %s\nulimit -v unlimited",
			line);
		return true;
	}
	if (preflight->is_primary || !find_line(log, words, line))
		return false;
	refuse(error,
		"memory could not be mapped at the primary's addresses: %s\n"
		"try again with setarch -R mpsh, or start the primary with "
		"--base-virtaddr=0x2000000000, "
		"or: %ssysctl kernel.randomize_va_space=0",
		line, as_root());
	return true;
}

/* The lists of memory: files, not hugepages, whatever EAL calls them. */
static bool
explain_lists(const struct preflight *preflight, const char *log, char *error)
{
	struct holders holders = { .n = 0 };

	if (!preflight->is_primary || (!has(log, "Cannot allocate memzone list") &&
					      !has(log, "Cannot allocate memseg list")))
		return false;
	find_lock_holders(preflight->runtime_dir, &holders);
	find_open_holders(preflight->runtime_dir, &holders);
	if (holders.n != 0) {
		refuse_holders(&holders, error);
		return true;
	}
	refuse(error,
		"DPDK could not make its lists of memory in %s: "
		"another process held them, or the file system is full\n"
		"start again, or use another --file-prefix",
		preflight->runtime_dir);
	return true;
}

static bool
explain_hugepages(const struct options *options, const char *log, char *error)
{
	/* What EAL says when a page could not be had; the array is the first it
	 * allocates. */
	static const char *const words[] = { "Cannot get hugepage information",
		"error allocating rte services array",
		"error allocating core states array", "rte_service_init() failed",
		"Not enough memory available", "Couldn't get fd on hugepage file",
		"Cannot preallocate 0x", "Failed to malloc pages", NULL };
	static const char *const failed[] = { "hugepage directory", "get_seg_fd()",
		"hugepage_info", NULL };
	char line[LINE_SIZE], command[96];

	if (!find_line(log, words, line))
		return false;
	if (find_line(log, failed, line)) {
		if (has(line, "Too many open files"))
			refuse(error, "too few descriptors: %s: ulimit -n 1024", line);
		else if (has(line, "Permission denied") ||
			 has(line, "Operation not permitted"))
			refuse(error, "not permitted: %s\nrun mpsh as root: sudo mpsh",
				line);
		else if (has(line, "Read-only file system"))
			refuse(error,
				"hugetlbfs is mounted read-only: %s\n%smount -o "
				"remount,rw %s",
				line, as_root(),
				options->huge_dir != NULL ? options->huge_dir
							  : "/dev/hugepages");
		else
			refuse(error,
				"DPDK could not start: %s\n%sdpdk-hugepages.py --show",
				line, as_root());
		return true;
	}
	find_line(log, words, line);
	setup_command(0, memory_needed(options), true, command, sizeof(command));
	refuse(error, "no free hugepages, or too few: %s\n%s", line, command);
	return true;
}

/* EAL's last line, or the last one at all; not the tailqs that it lists after it. */
static bool
last_line(const char *log, char *line)
{
	const char *start, *any = NULL, *eal = NULL;

	for (start = log; *start != '\0'; start += strcspn(start, "\n")) {
		while (*start == '\n')
			start++;
		if (*start == '\0')
			break;
		if (strncmp(start, "EAL: ", 5) == 0)
			eal = start;
		else if (strncmp(start, "Tailq ", 6) != 0)
			any = start;
	}
	if (eal == NULL && any == NULL)
		return false;
	copy_line(eal != NULL ? eal : any, line);
	return true;
}

void
preflight_explain(const struct options *options, const struct preflight *preflight,
	const char *log, int eal_errno, char *error)
{
	char line[LINE_SIZE];

	/* From what names its cause surely to what follows from many causes. */
	if (explain_primary(options, preflight, log, error) ||
		explain_directory(log, error) || explain_options(options, log, error) ||
		explain_addresses(preflight, log, error) ||
		explain_lists(preflight, log, error) ||
		explain_hugepages(options, log, error))
		return;
	if (!last_line(log, line))
		snprintf(line, sizeof(line), "%s",
			eal_errno != 0 ? rte_strerror(eal_errno) : "it did not say why");
	refuse(error, "DPDK could not start: %s\nfor more: --log-level=lib.eal:debug",
		line);
}
