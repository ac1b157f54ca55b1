/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * The structures of DPDK that no installed header has, as far as fields.h asks: what is
 * in them, in which order and of which type, in each release that was looked at. Only
 * `generate` compiles this, with the headers of the release that it measures.
 *
 * Where they are in DPDK: eal_memcfg.h, malloc_heap.h, malloc_elem.h, eal_internal_cfg.h,
 * eal_hugepages.h and eal_common_proc.c, all in lib/eal/common.
 */

#ifndef MPSH_OUTSIDE_LAYOUTS_INTERNAL_H
#define MPSH_OUTSIDE_LAYOUTS_INTERNAL_H

#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/un.h>

#include <rte_common.h>
#include <rte_config.h>
#include <rte_eal.h>
#include <rte_fbarray.h>
#include <rte_memory.h>
#include <rte_rwlock.h>
#include <rte_spinlock.h>
#include <rte_tailq.h>
#include <rte_version.h>

/* From the release of this year and month on, with its candidates. */
#define SINCE(year, month) (RTE_VERSION >= RTE_VERSION_NUM(year, month, 0, 0))

/* Before, the lock was a library's own, beside its memzone. */
#if SINCE(23, 11)
#define ETHDEV_LOCK offsetof(struct rte_mem_config, ethdev_lock)
#else
#define ETHDEV_LOCK 0
#endif

#define ON_A_CACHE_LINE __attribute__((aligned(RTE_CACHE_LINE_SIZE)))

/* 26.07 has no such limit: its files of pages are named by list and segment. */
#ifndef RTE_MAX_MEMSEG_PER_LIST
#define RTE_MAX_MEMSEG_PER_LIST 0
#endif

/* Of a list or a queue of <sys/queue.h>: what an element has, and what its head has. */
struct links {
	void *next, *previous;
};

struct malloc_heap {
	rte_spinlock_t lock;
	void *free_head[13];
	void *first, *last;
	unsigned int alloc_count, socket_id;
	size_t total_size;
	char name[32];
} ON_A_CACHE_LINE;

struct malloc_elem {
	void *heap, *prev, *next;
	struct links free_list;
	void *msl;
	int state;
	uint32_t pad;
	size_t size;
	void *orig_elem;
	size_t orig_size;
} ON_A_CACHE_LINE;

struct rte_mem_config {
	uint32_t magic, version, nchannel, nrank;
	rte_rwlock_t mlock, qlock, mplock;
	rte_spinlock_t tlock;
#if SINCE(23, 11)
	rte_spinlock_t ethdev_lock;
#endif
	rte_rwlock_t memory_hotplug_lock;
	uint8_t mp_status;
	struct rte_fbarray memzones;
	struct rte_memseg_list memsegs[RTE_MAX_MEMSEG_LISTS];
#if SINCE(26, 7)
	uintptr_t mem_va_addr;
	size_t mem_va_len, mem_va_page_sz;
#endif
	struct rte_tailq_head tailq_head[RTE_MAX_TAILQ];
	struct malloc_heap malloc_heaps[RTE_MAX_HEAPS];
	int next_socket_id;
	uint64_t mem_cfg_addr;
	uint32_t legacy_mem, single_file_segments;
	uint64_t tsc_hz;
	uint8_t dma_maskbits;
#if SINCE(23, 7)
	size_t max_memzone;
#endif
};

struct hugepage_info {
	uint64_t hugepage_sz;
	char hugedir[PATH_MAX];
	uint32_t num_pages[RTE_MAX_NUMA_NODES];
	int lock_descriptor;
};

struct hugepage_file {
	void *orig_va, *final_va;
	uint64_t physaddr;
	size_t size;
	int socket_id, file_id;
	char filepath[PATH_MAX];
};

struct action_entry {
	struct links next;
	char action_name[RTE_MP_MAX_NAME_LEN];
	rte_mp_t action;
};

/* Stable updates have the id too, from some number on: outside/pending.c looks for it. */
struct pending_request {
	struct links next;
#if SINCE(26, 7)
	unsigned long id;
#endif
	int type;
#if SINCE(26, 3)
	char dst[sizeof(((struct sockaddr_un *)0)->sun_path)];
#else
	char dst[PATH_MAX];
#endif
	void *request, *reply;
	int reply_received;
	union {
		void *async;
		pthread_cond_t sync;
	} waits;
};

#endif
