/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/*
 * A group at one moment, for those who look for what is wrong with it: its processes,
 * living and dead, its rings that stand, its locks that are held. Main thread.
 */

#ifndef MPSH_OUTSIDE_SCENE_H
#define MPSH_OUTSIDE_SCENE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "outside/conflicts.h"
#include "outside/finding.h"
#include "outside/group.h"
#include "outside/members.h"
#include "outside/pending.h"
#include "outside/ring.h"
#include "outside/view.h"

/* What begins to move and does not end: a side of a ring. */
struct stuck {
	struct ring ring;
	bool is_producer;
};

/* One of EAL's locks in shared memory. */
struct eal_lock {
	char name[64]; /* as "the tailq lists (qlock)", safe to show */
	uint64_t address;
	bool is_spinlock;
	int32_t value;
	bool was_free; /* in one of the looks so far */
};

#define EAL_LOCKS_MAX 48

/* Of the dead that may be named. */
#define DEAD_MAX 64

struct actor {
	const struct member *member;
	struct group group; /* its memory as it sees it */
	bool opens;
	char error[256];
	bool is_refused;   /* for want of the right to read it */
	bool is_asked;     /* why is asked of this one */
	bool shows_stacks; /* all of its threads' */
	bool is_attaching; /* it has the configuration, not yet the memory */
	struct view view, before;
	struct pendings pendings; /* the replies that it waits for */
	bool is_gone;             /* its program has ended */
	bool is_another;          /* and it runs another one since (execve(2)) */
	bool socket_was_read;     /* in one of the looks there was room in its socket */
};

struct scene {
	struct members members; /* of the whole host */
	size_t first, n;        /* those of the group */
	struct actor *actors;   /* n */
	struct facts *facts;    /* n */
	bool has_caches;
	/* The shared memory, through one of the actors, or of no process: files, a dump.
	 */
	struct group *group, files;
	char dir[PATH_MAX];   /* the runtime directory as it can be reached, or "" */
	pid_t primary;        /* 0: none that is known */
	bool is_orphan;       /* its primary is dead */
	pid_t dead[DEAD_MAX]; /* that left their sockets, the last one first */
	unsigned int n_dead;
	struct stuck *stuck;
	size_t n_stuck;
	struct eal_lock locks[EAL_LOCKS_MAX];
	unsigned int n_locks;
	unsigned int looks; /* how many were taken */
};

/*
 * Open the group of a process, or with pid 0 what is looked at, and ask of that process
 * or of all. Returns 0 or a negative errno with one line in error. scene_close() it, also
 * after an error.
 */
int scene_open(struct scene *scene, pid_t pid, char *error, size_t size);
void scene_close(struct scene *scene);

/* Look at the processes anew; the views of before are kept as before. */
void scene_look(struct scene *scene);

/*
 * Find those whose program has ended since they were opened: they are gone, and what was
 * seen of them since may be of another one.
 */
void scene_check(struct scene *scene);

/* The actor with this pid, or NULL. */
struct actor *scene_actor(const struct scene *scene, pid_t pid);

/* "pid 4242 (lab)", safe to show. Returned by value. */
struct scene_name {
	char text[128];
};

struct scene_name scene_name(const struct scene *scene, pid_t pid);

/*
 * Add to a text who may have begun what never ended: "; pid 17 (lab) is stopped and may
 * DOES; dead without leaving: pid 13099". Stopped ones come first, since they are there.
 * Returns the first of them, 0 if there is none.
 */
pid_t scene_suspects(
	const struct scene *scene, const char *does, char *text, size_t size);

#endif
