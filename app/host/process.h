/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Facts about the host that DPDK multi-process stands on: who runs, who is the primary,
 * who holds its memory, hugepages and their mounts, the sockets of rte_mp. Looks only:
 * nothing here makes, sends or decides anything. Any thread, unless said otherwise.
 */

#ifndef MPSH_HOST_H
#define MPSH_HOST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOST_MIB (UINT64_C(1) << 20)

/* ---- the runtime directory ---- */

/*
 * What the runtime directory lies in: $RUNTIME_DIRECTORY, else /var/run for root, else
 * $XDG_RUNTIME_DIR or /tmp (DPDK, lib/eal/unix/eal_filesystem.c). *variable gets the name
 * of the variable that says so, NULL for DPDK's own choice. The path is the
 * environment's.
 */
const char *host_runtime_base(const char **variable);

/* The runtime directory of a file prefix, cut to size bytes. */
void host_runtime_dir(const char *file_prefix, char *dir, size_t size);

/* The user's name, or "user 65534", cut to size bytes; returns name. Main thread
 * (getpwuid). */
const char *host_user_name(uid_t uid, char *name, size_t size);

/* "sudo " in front of a command that only root may run, "" for root. */
const char *host_as_root(void);

/* ---- processes ---- */

/* The letter that /proc/PID/stat gives for the process ('T' stopped), 0 if it is gone. */
char host_process_state(pid_t pid);

/* The command's name in /proc/PID/comm, printable, into name (16 bytes), "?" if it is
 * gone. */
void host_process_name(pid_t pid, char name[16]);

/* Is it stopped, by a signal or a debugger? */
bool host_is_stopped(pid_t pid);

/*
 * "pid 4242 (mpsh, stopped)", cut to size bytes; pid 0 is one that has ended since, -1
 * one of another PID namespace. Returns text.
 */
const char *host_describe_process(pid_t pid, char *text, size_t size);

enum host_namespace {
	HOST_SAME,
	HOST_OTHER,
	HOST_UNKNOWN, /* the process is gone, or another user's */
};

/* Is this process in the same namespace of a kind ("pid", "mnt", "ipc", "net") as pid? */
enum host_namespace host_compare_namespace(pid_t pid, const char *kind);

/* ---- the primary ---- */

/* What the runtime directory's config file tells. */
struct host_config {
	int error;        /* errno of opening it, 0 if that went well */
	bool locked;      /* a primary lives */
	pid_t pid;        /* its pid, -1 if that is in another PID namespace */
	bool complete;    /* its rte_eal_init() has ended (or had, of a dead one) */
	uint32_t version; /* RTE_VERSION of its EAL */
};

/*
 * Look at it. Opens and closes the file, so never in a primary after EAL has started:
 * closing would drop its lock (TRAPS 1.6).
 */
void host_look_at_config(const char *runtime_dir, struct host_config *look);

/*
 * The process that holds that lock, i.e. the living primary; 0 if there is none, -1 if it
 * lives in another PID namespace. Never in a primary, as above.
 */
pid_t host_primary(const char *runtime_dir);

/* RTE_VERSION in words: 22.11.11, 23.03.0-rc1; cut to size bytes. Returns text. */
const char *host_version_words(uint32_t version, char *text, size_t size);

/* Is that the version of the EAL which is loaded here, release candidates left aside? */
bool host_is_own_version(uint32_t version);

/* The version of the EAL which is loaded here, in words that stay. */
const char *host_own_version_words(void);

/* ---- who holds a primary's memory ---- */

#define HOST_HOLDERS_MAX 32

/* Processes, this one not among them, each once. */
struct host_holders {
	unsigned int n;
	pid_t pids[HOST_HOLDERS_MAX];
};

/*
 * Has any process locked the lists of memory which a new primary must make anew? Takes
 * each list's lock for a moment to see, so only where no primary is.
 */
bool host_lists_are_held(const char *runtime_dir);

/*
 * Add those that have locked the lists of memory which a new primary must make anew.
 * While a primary lives these are its secondaries; afterwards they are in the next one's
 * way. To read /proc/locks takes some 10 ms: it stops all who lock meanwhile.
 */
void host_find_lock_holders(const char *runtime_dir, struct host_holders *holders);

/*
 * The same by descriptor: finds what /proc/locks does not tell, a lock whose taker has
 * ended and left it to a child, and a file system whose device numbers differ there.
 * Looks at every process (some ms).
 */
void host_find_open_holders(const char *runtime_dir, struct host_holders *holders);

/* ---- hugepages ---- */

/* EAL has room for three sizes of pages (MAX_HUGEPAGE_SIZES). */
#define HOST_PAGE_SIZES_MAX 3

struct host_huge_mount {
	char dir[PATH_MAX];
	uint64_t page_size; /* bytes */
};

struct host_hugepages {
	unsigned int n_mounts; /* as EAL would use them: one for each size of pages */
	struct host_huge_mount mounts[HOST_PAGE_SIZES_MAX];
	bool is_mounted;     /* some hugetlbfs is, --huge-dir or not */
	char any_dir[256];   /* where that is */
	uint64_t free_bytes; /* for EAL to take, through these mounts */
	uint64_t left_bytes; /* that part of them which killed primaries left behind */
	uint64_t all_bytes;  /* reserved, free or not, of their sizes */
};

/* The kernel's default size of hugepages in bytes, 0 without any. */
uint64_t host_page_size(void);

/* How many pages of a size (bytes) are reserved; 0 if the kernel has none such. */
uint64_t host_pages(uint64_t page_size);

/* How many are to be had: free, not promised to others, or still to be overcommitted. */
uint64_t host_free_pages(uint64_t page_size);

/*
 * Look at the mounts that EAL would use with this --huge-dir (NULL without) and at their
 * pages. needed: stop counting when so many bytes are found, the rest is dearer to find.
 */
void host_look_at_hugepages(
	const char *huge_dir, uint64_t needed, struct host_hugepages *hugepages);

/* ---- rte_mp's sockets ---- */

enum host_socket {
	HOST_SOCKET_READ,    /* someone has it open, and it takes more */
	HOST_SOCKET_FULL,    /* someone has it open, and it takes no more */
	HOST_SOCKET_STALE,   /* nobody has it open */
	HOST_SOCKET_UNKNOWN, /* see errno: ENOENT, EACCES, … */
};

/*
 * Look at the socket without sending: a datagram of a wrong size would end the other's
 * rte_mp thread (TRAPS 1.1).
 */
enum host_socket host_look_at_socket(const char *path);

/* The pid in the name of a secondary's socket, 0 in any other name or path. */
pid_t host_socket_pid(const char *path);

/*
 * Has the process no rte_mp thread (any more)? False also when it cannot be told. True
 * only of a process whose threads can all be seen.
 */
bool host_lacks_mp_thread(pid_t pid);

#endif
