/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * Kills its process at the n-th store of mpsh's own to shared memory, before the store is
 * made. mpsh is compiled with -fsanitize=thread, so that each store calls a function of
 * this file, which stands in for the thread sanitizer's library.
 *
 * MPSH_DIES_AT: n, from 1; without it nothing is killed. MPSH_STORES: the file that the
 * number of stores is written into at the end.
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Where EAL maps what processes share: from --base-virtaddr, by default 4 GiB, on. The
 * program, its heap and its stacks lie far above.
 */
#define SHARED_FROM UINT64_C(0x100000000)
#define SHARED_TO UINT64_C(0x10000000000)

static unsigned long count, dies_at;

static bool
is_shared(const volatile void *to)
{
	return (uintptr_t)to >= SHARED_FROM && (uintptr_t)to < SHARED_TO;
}

static void
store(const volatile void *to)
{
	if (is_shared(to) && __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) == dies_at)
		kill(getpid(), SIGKILL);
}

/* The children that reconnect makes of this process count anew, as the program does. */
__attribute__((constructor)) static void
begin(void)
{
	const char *n = getenv("MPSH_DIES_AT");

	dies_at = n != NULL ? strtoul(n, NULL, 10) : 0;
}

__attribute__((destructor)) static void
end(void)
{
	const char *name = getenv("MPSH_STORES");
	FILE *file = name != NULL ? fopen(name, "we") : NULL;

	if (file == NULL)
		return;
	fprintf(file, "%lu\n", count);
	fclose(file);
}

/* ---- what the compiler calls ---- */

/* clang-format off */
void __tsan_init(void);
void __tsan_func_entry(void *from);
void __tsan_func_exit(void);
void __tsan_read_range(void *from, size_t size);
void __tsan_write_range(void *to, size_t size);

void __tsan_init(void) {}
void __tsan_func_entry(void *from) { (void)from; }
void __tsan_func_exit(void) {}
void __tsan_read_range(void *from, size_t size) { (void)from; (void)size; }
void __tsan_write_range(void *to, size_t size) { (void)size; store(to); }

#define ACCESS(size) \
	void __tsan_read##size(void *from); \
	void __tsan_unaligned_read##size(void *from); \
	void __tsan_write##size(void *to); \
	void __tsan_unaligned_write##size(void *to); \
	void __tsan_read##size(void *from) { (void)from; } \
	void __tsan_unaligned_read##size(void *from) { (void)from; } \
	void __tsan_write##size(void *to) { store(to); } \
	void __tsan_unaligned_write##size(void *to) { store(to); }

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

/* All in the strongest order: a fault that a weaker one allows is not looked for here. */
#define ATOMIC(bits, type) \
	type __tsan_atomic##bits##_load(const volatile type *from, int order); \
	void __tsan_atomic##bits##_store(volatile type *to, type value, int order); \
	type __tsan_atomic##bits##_exchange(volatile type *to, type value, int order); \
	type __tsan_atomic##bits##_fetch_add(volatile type *to, type value, int order); \
	type __tsan_atomic##bits##_fetch_sub(volatile type *to, type value, int order); \
	type __tsan_atomic##bits##_fetch_or(volatile type *to, type value, int order); \
	type __tsan_atomic##bits##_fetch_and(volatile type *to, type value, int order); \
	int __tsan_atomic##bits##_compare_exchange_strong(volatile type *to, \
		type *expected, type value, int order, int failure); \
	int __tsan_atomic##bits##_compare_exchange_weak(volatile type *to, \
		type *expected, type value, int order, int failure); \
	type __tsan_atomic##bits##_load(const volatile type *from, int order) \
	{ (void)order; return __atomic_load_n(from, __ATOMIC_SEQ_CST); } \
	void __tsan_atomic##bits##_store(volatile type *to, type value, int order) \
	{ (void)order; store(to); __atomic_store_n(to, value, __ATOMIC_SEQ_CST); } \
	type __tsan_atomic##bits##_exchange(volatile type *to, type value, int order) \
	{ (void)order; store(to); return __atomic_exchange_n(to, value, __ATOMIC_SEQ_CST); } \
	type __tsan_atomic##bits##_fetch_add(volatile type *to, type value, int order) \
	{ (void)order; store(to); return __atomic_fetch_add(to, value, __ATOMIC_SEQ_CST); } \
	type __tsan_atomic##bits##_fetch_sub(volatile type *to, type value, int order) \
	{ (void)order; store(to); return __atomic_fetch_sub(to, value, __ATOMIC_SEQ_CST); } \
	type __tsan_atomic##bits##_fetch_or(volatile type *to, type value, int order) \
	{ (void)order; store(to); return __atomic_fetch_or(to, value, __ATOMIC_SEQ_CST); } \
	type __tsan_atomic##bits##_fetch_and(volatile type *to, type value, int order) \
	{ (void)order; store(to); return __atomic_fetch_and(to, value, __ATOMIC_SEQ_CST); } \
	int __tsan_atomic##bits##_compare_exchange_strong(volatile type *to, \
		type *expected, type value, int order, int failure) \
	{ (void)order; (void)failure; store(to); return __atomic_compare_exchange_n( \
		to, expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); } \
	int __tsan_atomic##bits##_compare_exchange_weak(volatile type *to, \
		type *expected, type value, int order, int failure) \
	{ return __tsan_atomic##bits##_compare_exchange_strong( \
		to, expected, value, order, failure); }

/* clang's way to say it. */
#define EXCHANGE_VALUE(bits, type) \
	type __tsan_atomic##bits##_compare_exchange_val(volatile type *to, type expected, \
		type value, int order, int failure); \
	type __tsan_atomic##bits##_compare_exchange_val(volatile type *to, type expected, \
		type value, int order, int failure) \
	{ __tsan_atomic##bits##_compare_exchange_strong( \
		to, &expected, value, order, failure); return expected; }

ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)
EXCHANGE_VALUE(8, uint8_t)
EXCHANGE_VALUE(16, uint16_t)
EXCHANGE_VALUE(32, uint32_t)
EXCHANGE_VALUE(64, uint64_t)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_thread_fence(int order) { (void)order; __sync_synchronize(); }
void __tsan_atomic_signal_fence(int order) { (void)order; }
/* clang-format on */

/* ---- what libc copies for mpsh, in two halves: -Wl,--wrap= ---- */

void *__real_memcpy(void *to, const void *from, size_t size);
void *__real_memset(void *to, int byte, size_t size);
char *__real_strcpy(char *to, const char *from);
void *__wrap_memcpy(void *to, const void *from, size_t size);
void *__wrap_memset(void *to, int byte, size_t size);
char *__wrap_strcpy(char *to, const char *from);

void *
__wrap_memcpy(void *to, const void *from, size_t size)
{
	size_t half = is_shared(to) ? size / 2 : 0;

	store(to);
	__real_memcpy(to, from, half);
	store(to);
	__real_memcpy((char *)to + half, (const char *)from + half, size - half);
	return to;
}

void *
__wrap_memset(void *to, int byte, size_t size)
{
	size_t half = is_shared(to) ? size / 2 : 0;

	store(to);
	__real_memset(to, byte, half);
	store(to);
	return __real_memset((char *)to + half, byte, size - half) != NULL ? to : NULL;
}

char *
__wrap_strcpy(char *to, const char *from)
{
	return __wrap_memcpy(to, from, strlen(from) + 1);
}
