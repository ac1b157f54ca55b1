/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * What is needed of DPDK's structures to read the memory of a process from outside:
 *
 *   SIZE(T)             the size of struct T
 *   MEMBER(T, M)        where member M is in struct T
 *   NUMBER(NAME, VALUE) a constant, or a place that has no name of one word
 *
 * all in bytes where it is a size or a place. layout.h makes a structure of this list,
 * and layouts/generate the numbers of a release.
 *
 * rte_mempool_cache_limit is rte_mempool_cache.size: rte_mempool.cache_size has its name.
 * Which of three tails a ring's prod and cons have is in their sync_type, which all have
 * at the same place. malloc_elem_state is an int of which the low 3 bits count.
 * rte_mem_config_ethdev_lock is 0 where there is none, before 23.11.
 * max_memseg_per_list is 0 from 26.07 on, which names a file of pages by list and segment
 * (map_LIST_SEGMENT) and not by one number (map_N).
 *
 * Options of a build are here as DPDK has them where nobody set them, and who reads what
 * depends on one asks the process: max_lcore (the caches of a pool in its memzone),
 * hugepage_info's size (the file's, by a whole number), and rte_mbuf.next, which is 64,
 * or 8 where DPDK was built without RTE_IOVA_IN_MBUF (before 23.03: RTE_IOVA_AS_PA).
 */

#ifndef MPSH_OUTSIDE_FIELDS_H
#define MPSH_OUTSIDE_FIELDS_H

#define LAYOUT_FIELDS(SIZE, MEMBER, NUMBER)                                              \
	SIZE(rte_mem_config)                                                             \
	MEMBER(rte_mem_config, magic)                                                    \
	MEMBER(rte_mem_config, version)                                                  \
	MEMBER(rte_mem_config, mlock)                                                    \
	MEMBER(rte_mem_config, qlock)                                                    \
	MEMBER(rte_mem_config, mplock)                                                   \
	MEMBER(rte_mem_config, tlock)                                                    \
	NUMBER(rte_mem_config_ethdev_lock, ETHDEV_LOCK)                                  \
	MEMBER(rte_mem_config, memory_hotplug_lock)                                      \
	MEMBER(rte_mem_config, mp_status)                                                \
	MEMBER(rte_mem_config, memzones)                                                 \
	MEMBER(rte_mem_config, memsegs)                                                  \
	MEMBER(rte_mem_config, tailq_head)                                               \
	MEMBER(rte_mem_config, malloc_heaps)                                             \
	MEMBER(rte_mem_config, mem_cfg_addr)                                             \
	MEMBER(rte_mem_config, legacy_mem)                                               \
	MEMBER(rte_mem_config, single_file_segments)                                     \
	MEMBER(rte_mem_config, tsc_hz)                                                   \
	SIZE(rte_fbarray)                                                                \
	MEMBER(rte_fbarray, name)                                                        \
	MEMBER(rte_fbarray, count)                                                       \
	MEMBER(rte_fbarray, len)                                                         \
	MEMBER(rte_fbarray, elt_sz)                                                      \
	MEMBER(rte_fbarray, data)                                                        \
	MEMBER(rte_fbarray, rwlock)                                                      \
	SIZE(rte_memseg_list)                                                            \
	MEMBER(rte_memseg_list, base_va)                                                 \
	MEMBER(rte_memseg_list, page_sz)                                                 \
	MEMBER(rte_memseg_list, socket_id)                                               \
	MEMBER(rte_memseg_list, len)                                                     \
	MEMBER(rte_memseg_list, external)                                                \
	MEMBER(rte_memseg_list, heap)                                                    \
	MEMBER(rte_memseg_list, memseg_arr)                                              \
	SIZE(rte_memseg)                                                                 \
	MEMBER(rte_memseg, iova)                                                         \
	MEMBER(rte_memseg, addr)                                                         \
	MEMBER(rte_memseg, len)                                                          \
	MEMBER(rte_memseg, hugepage_sz)                                                  \
	MEMBER(rte_memseg, socket_id)                                                    \
	MEMBER(rte_memseg, flags)                                                        \
	SIZE(rte_memzone)                                                                \
	MEMBER(rte_memzone, name)                                                        \
	MEMBER(rte_memzone, iova)                                                        \
	MEMBER(rte_memzone, addr)                                                        \
	MEMBER(rte_memzone, len)                                                         \
	MEMBER(rte_memzone, hugepage_sz)                                                 \
	MEMBER(rte_memzone, socket_id)                                                   \
	MEMBER(rte_memzone, flags)                                                       \
	SIZE(rte_tailq_head)                                                             \
	MEMBER(rte_tailq_head, tailq_head)                                               \
	MEMBER(rte_tailq_head, name)                                                     \
	SIZE(rte_tailq_entry)                                                            \
	MEMBER(rte_tailq_entry, next)                                                    \
	MEMBER(rte_tailq_entry, data)                                                    \
	SIZE(malloc_heap)                                                                \
	MEMBER(malloc_heap, lock)                                                        \
	MEMBER(malloc_heap, free_head)                                                   \
	MEMBER(malloc_heap, first)                                                       \
	MEMBER(malloc_heap, last)                                                        \
	MEMBER(malloc_heap, alloc_count)                                                 \
	MEMBER(malloc_heap, socket_id)                                                   \
	MEMBER(malloc_heap, total_size)                                                  \
	MEMBER(malloc_heap, name)                                                        \
	NUMBER(malloc_heap_free_lists,                                                   \
		sizeof(((struct malloc_heap *)0)->free_head) / sizeof(void *))           \
	SIZE(malloc_elem)                                                                \
	MEMBER(malloc_elem, heap)                                                        \
	MEMBER(malloc_elem, prev)                                                        \
	MEMBER(malloc_elem, next)                                                        \
	MEMBER(malloc_elem, size)                                                        \
	MEMBER(malloc_elem, msl)                                                         \
	NUMBER(malloc_elem_state, offsetof(struct malloc_elem, msl) + sizeof(void *))    \
	MEMBER(malloc_elem, pad)                                                         \
	SIZE(rte_ring)                                                                   \
	MEMBER(rte_ring, name)                                                           \
	MEMBER(rte_ring, flags)                                                          \
	MEMBER(rte_ring, memzone)                                                        \
	MEMBER(rte_ring, size)                                                           \
	MEMBER(rte_ring, mask)                                                           \
	MEMBER(rte_ring, capacity)                                                       \
	MEMBER(rte_ring, prod)                                                           \
	MEMBER(rte_ring, cons)                                                           \
	SIZE(rte_ring_headtail)                                                          \
	MEMBER(rte_ring_headtail, head)                                                  \
	MEMBER(rte_ring_headtail, tail)                                                  \
	MEMBER(rte_ring_headtail, sync_type)                                             \
	SIZE(rte_ring_hts_headtail)                                                      \
	MEMBER(rte_ring_hts_headtail, ht)                                                \
	NUMBER(rte_ring_hts_headtail_ht_head,                                            \
		offsetof(struct rte_ring_hts_headtail, ht.pos.head))                     \
	NUMBER(rte_ring_hts_headtail_ht_tail,                                            \
		offsetof(struct rte_ring_hts_headtail, ht.pos.tail))                     \
	MEMBER(rte_ring_hts_headtail, sync_type)                                         \
	SIZE(rte_ring_rts_headtail)                                                      \
	MEMBER(rte_ring_rts_headtail, tail)                                              \
	NUMBER(rte_ring_rts_headtail_tail_cnt,                                           \
		offsetof(struct rte_ring_rts_headtail, tail.val.cnt))                    \
	NUMBER(rte_ring_rts_headtail_tail_pos,                                           \
		offsetof(struct rte_ring_rts_headtail, tail.val.pos))                    \
	MEMBER(rte_ring_rts_headtail, sync_type)                                         \
	MEMBER(rte_ring_rts_headtail, htd_max)                                           \
	MEMBER(rte_ring_rts_headtail, head)                                              \
	NUMBER(rte_ring_rts_headtail_head_cnt,                                           \
		offsetof(struct rte_ring_rts_headtail, head.val.cnt))                    \
	NUMBER(rte_ring_rts_headtail_head_pos,                                           \
		offsetof(struct rte_ring_rts_headtail, head.val.pos))                    \
	SIZE(rte_mempool)                                                                \
	MEMBER(rte_mempool, name)                                                        \
	MEMBER(rte_mempool, pool_data)                                                   \
	MEMBER(rte_mempool, mz)                                                          \
	MEMBER(rte_mempool, flags)                                                       \
	MEMBER(rte_mempool, socket_id)                                                   \
	MEMBER(rte_mempool, size)                                                        \
	MEMBER(rte_mempool, cache_size)                                                  \
	MEMBER(rte_mempool, elt_size)                                                    \
	MEMBER(rte_mempool, header_size)                                                 \
	MEMBER(rte_mempool, trailer_size)                                                \
	MEMBER(rte_mempool, private_data_size)                                           \
	MEMBER(rte_mempool, ops_index)                                                   \
	MEMBER(rte_mempool, local_cache)                                                 \
	MEMBER(rte_mempool, populated_size)                                              \
	MEMBER(rte_mempool, elt_list)                                                    \
	MEMBER(rte_mempool, nb_mem_chunks)                                               \
	MEMBER(rte_mempool, mem_list)                                                    \
	SIZE(rte_mempool_cache)                                                          \
	NUMBER(rte_mempool_cache_limit, offsetof(struct rte_mempool_cache, size))        \
	MEMBER(rte_mempool_cache, len)                                                   \
	MEMBER(rte_mempool_cache, objs)                                                  \
	SIZE(rte_mempool_objhdr)                                                         \
	MEMBER(rte_mempool_objhdr, next)                                                 \
	MEMBER(rte_mempool_objhdr, mp)                                                   \
	MEMBER(rte_mempool_objhdr, iova)                                                 \
	SIZE(rte_mempool_memhdr)                                                         \
	MEMBER(rte_mempool_memhdr, next)                                                 \
	MEMBER(rte_mempool_memhdr, mp)                                                   \
	MEMBER(rte_mempool_memhdr, addr)                                                 \
	MEMBER(rte_mempool_memhdr, iova)                                                 \
	MEMBER(rte_mempool_memhdr, len)                                                  \
	SIZE(rte_mbuf)                                                                   \
	MEMBER(rte_mbuf, buf_addr)                                                       \
	MEMBER(rte_mbuf, data_off)                                                       \
	MEMBER(rte_mbuf, refcnt)                                                         \
	MEMBER(rte_mbuf, nb_segs)                                                        \
	MEMBER(rte_mbuf, port)                                                           \
	MEMBER(rte_mbuf, pkt_len)                                                        \
	MEMBER(rte_mbuf, data_len)                                                       \
	MEMBER(rte_mbuf, buf_len)                                                        \
	MEMBER(rte_mbuf, pool)                                                           \
	MEMBER(rte_mbuf, next)                                                           \
	MEMBER(rte_mbuf, packet_type)                                                    \
	MEMBER(rte_mbuf, ol_flags)                                                       \
	SIZE(hugepage_info)                                                              \
	MEMBER(hugepage_info, hugepage_sz)                                               \
	MEMBER(hugepage_info, hugedir)                                                   \
	MEMBER(hugepage_info, num_pages)                                                 \
	MEMBER(hugepage_info, lock_descriptor)                                           \
	SIZE(hugepage_file)                                                              \
	MEMBER(hugepage_file, orig_va)                                                   \
	MEMBER(hugepage_file, final_va)                                                  \
	MEMBER(hugepage_file, physaddr)                                                  \
	MEMBER(hugepage_file, size)                                                      \
	MEMBER(hugepage_file, socket_id)                                                 \
	MEMBER(hugepage_file, file_id)                                                   \
	MEMBER(hugepage_file, filepath)                                                  \
	SIZE(action_entry)                                                               \
	MEMBER(action_entry, next)                                                       \
	MEMBER(action_entry, action_name)                                                \
	MEMBER(action_entry, action)                                                     \
	SIZE(pending_request)                                                            \
	MEMBER(pending_request, next)                                                    \
	MEMBER(pending_request, type)                                                    \
	MEMBER(pending_request, dst)                                                     \
	NUMBER(pending_request_dst_bytes, sizeof(((struct pending_request *)0)->dst))    \
	MEMBER(pending_request, request)                                                 \
	MEMBER(pending_request, reply)                                                   \
	MEMBER(pending_request, reply_received)                                          \
	SIZE(rte_mp_msg)                                                                 \
	MEMBER(rte_mp_msg, name)                                                         \
	MEMBER(rte_mp_msg, len_param)                                                    \
	MEMBER(rte_mp_msg, num_fds)                                                      \
	MEMBER(rte_mp_msg, param)                                                        \
	MEMBER(rte_mp_msg, fds)                                                          \
	NUMBER(mp_max_name_len, RTE_MP_MAX_NAME_LEN)                                     \
	NUMBER(mp_max_param_len, RTE_MP_MAX_PARAM_LEN)                                   \
	NUMBER(mp_max_fd_num, RTE_MP_MAX_FD_NUM)                                         \
	NUMBER(max_memseg_lists, RTE_MAX_MEMSEG_LISTS)                                   \
	NUMBER(max_memseg_per_list, RTE_MAX_MEMSEG_PER_LIST)                             \
	NUMBER(max_tailq, RTE_MAX_TAILQ)                                                 \
	NUMBER(max_heaps, RTE_MAX_HEAPS)                                                 \
	NUMBER(max_lcore, RTE_MAX_LCORE)                                                 \
	NUMBER(magic_value, RTE_MAGIC)                                                   \
	NUMBER(cache_line_size, RTE_CACHE_LINE_SIZE)

#endif
