/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A process with musl for its C library, which why takes for a member of a group, and
 * whose threads wait:
 *
 *     musl ADDRESS=PATH...
 *
 * It maps the group's files where the primary has them, and has a thread that is named
 * and reads as rte_mp's. Of the others each waits for a mutex, which the main thread
 * holds, or for something else. Then `ready` is printed; the end of the input ends it.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const int kinds[] = { PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
	PTHREAD_MUTEX_ERRORCHECK };

static pthread_mutex_t mutexes[LENGTH(kinds)];
static pthread_mutex_t free_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;

static int
map(char *word)
{
	char *path = strchr(word, '=');
	void *address = (void *)strtoull(word, NULL, 16);
	struct stat status;
	int fd;

	if (path == NULL)
		return -1;
	fd = open(path + 1, O_RDONLY);
	if (fd < 0 || fstat(fd, &status) < 0)
		return -1;
	return mmap(address, status.st_size, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE,
		       fd, 0) == address
		? 0
		: -1;
}

static void *
wait_for_mutex(void *mutex)
{
	pthread_mutex_lock(mutex);
	return NULL;
}

static void *
wait_for_condition(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&free_mutex);
	pthread_cond_wait(&condition, &free_mutex);
	return NULL;
}

static void *
wait_for_semaphore(void *unused)
{
	(void)unused;
	sem_wait(&semaphore);
	return NULL;
}

static void *
read_messages(void *unused)
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int sockets[2];

	(void)unused;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) == 0)
		recvmsg(sockets[0], &msg, 0);
	return NULL;
}

static int
start(void *(*run)(void *), void *arg, const char *name)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, run, arg) == 0 &&
			(name == NULL || pthread_setname_np(thread, name) == 0)
		? 0
		: -1;
}

static int
start_for_mutex(unsigned int i)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, kinds[i]);
	pthread_mutex_init(&mutexes[i], &attributes);
	pthread_mutex_lock(&mutexes[i]);
	return start(wait_for_mutex, &mutexes[i], NULL);
}

int
main(int argc, char **argv)
{
	unsigned int i;
	int word, ret = 0;

	for (word = 1; word < argc; word++)
		ret |= map(argv[word]);
	for (i = 0; i < LENGTH(kinds); i++)
		ret |= start_for_mutex(i);
	ret |= start(wait_for_condition, NULL, NULL);
	ret |= start(wait_for_semaphore, NULL, NULL);
	ret |= start(read_messages, NULL, "rte_mp_handle");
	puts(ret == 0 ? "ready" : "failed");
	fflush(stdout);
	return getchar() == EOF && ret == 0 ? 0 : 1;
}
