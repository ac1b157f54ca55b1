/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026 The mpsh authors
 */

/* Unwinds stacks with libdw, over copies and over the memory of the process. */

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/maps.h"
#include "host/process.h"
#include "outside/dwfl.h"
#include "outside/programs.h"
#include "outside/registers.h"
#include "outside/source.h"
#include "outside/unwind.h"

#ifdef HAVE_LIBDW
#include <dwarf.h>
#endif

/* No thread of EAL's has more stack in use; what lies above is none of it. */
#define STACK_MAX (1 << 20)

struct unwinder {
	pid_t pid;
	struct source *source;
	/* What is unwound now. */
	pid_t tid;
	const struct registers *registers;
	struct backtrace *stack;
#ifdef HAVE_LIBDW
	const struct dwfl_calls *calls;
	Dwfl *dwfl;
	struct programs programs;
#endif
};

/* ---- what is known without libdw: the file of an address ---- */

struct place {
	uint64_t pc;
	struct frame *frame;
};

static bool
take_mapping(const struct host_mapping *mapping, void *ctx)
{
	struct place *place = ctx;
	const char *name = strrchr(mapping->path, '/');

	if (place->pc < mapping->from || place->pc >= mapping->to)
		return true;
	snprintf(place->frame->file, sizeof(place->frame->file), "%.39s",
		name != NULL ? name + 1 : mapping->path);
	place->frame->offset = place->pc - mapping->from + mapping->offset;
	return false;
}

static void
add_innermost(struct unwinder *unwinder)
{
	struct frame *frame = &unwinder->stack->frames[0];
	struct place place = { .pc = unwinder->registers->pc, .frame = frame };

	/* Of a thread that has ended nothing is known. */
	if (place.pc == 0)
		return;
	frame->pc = place.pc;
	unwinder->stack->n = 1;
	host_walk_maps(unwinder->pid, take_mapping, &place);
}

#ifdef HAVE_LIBDW

/* ---- what libdw asks for ---- */

/* Kept for libdw's callbacks that are not given the unwinder: one stack at a time. */
static struct unwinder *current;

static pid_t
next_thread(Dwfl *dwfl, void *arg, void **thread)
{
	struct unwinder *unwinder = arg;

	(void)dwfl;
	if (*thread != NULL)
		return 0;
	*thread = unwinder;
	return unwinder->tid;
}

static bool
get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread)
{
	(void)dwfl;
	(void)tid;
	*thread = arg;
	return true;
}

static bool
read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *arg)
{
	const struct unwinder *unwinder = arg;
	const struct registers *registers = unwinder->registers;
	uint64_t from = registers->general[REGISTER_SP];

	(void)dwfl;
	if (address < from || address - from > STACK_MAX)
		return false;
	if (registers->stack != NULL) {
		if (address - from + sizeof(*word) > registers->stack_bytes)
			return false;
		memcpy(word, registers->stack + (address - from), sizeof(*word));
		return true;
	}
	return source_read(unwinder->source, address, word, sizeof(*word)) == 0;
}

static bool
set_registers(Dwfl_Thread *thread, void *arg)
{
	const struct unwinder *unwinder = arg;
	const struct registers *registers = unwinder->registers;
	const struct dwfl_calls *calls = unwinder->calls;
	Dwarf_Word words[REGISTERS];
	unsigned int i;

	for (i = 0; i < REGISTERS; i++)
		words[i] = registers->general[i];
	if (!(registers->is_whole
			    ? calls->thread_state_registers(thread, 0, REGISTERS, words)
			    : calls->thread_state_registers(
				      thread, REGISTER_SP, 1, &words[REGISTER_SP])))
		return false;
#if defined(__aarch64__)
	calls->thread_state_register_pc(thread, registers->pc);
	return true;
#else
	/* The return address has a number of its own. */
	words[0] = registers->pc;
	return calls->thread_state_registers(thread, REGISTERS, 1, words);
#endif
}

struct mapped {
	Dwarf_Addr base;
	char path[HOST_PROC_SIZE];
};

static bool
find_mapped(const struct host_mapping *mapping, void *ctx)
{
	struct mapped *mapped = ctx;
	char file[64];

	if (mapping->from != mapped->base)
		return true;
	snprintf(file, sizeof(file), "map_files/%" PRIx64 "-%" PRIx64, mapping->from,
		mapping->to);
	host_proc_path(current->pid, file, mapped->path);
	return false;
}

/* Open what is mapped at an address, whether it still has a name or not. */
static int
open_mapped(Dwarf_Addr base, char path[HOST_PROC_SIZE])
{
	struct mapped mapped = { .base = base };

	host_walk_maps(current->pid, find_mapped, &mapped);
	strcpy(path, mapped.path);
	return mapped.path[0] != '\0' ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

/*
 * The file that a process has mapped: as it sees it, which may be a container. One that
 * was removed since can still be read by its mapping.
 */
static int
find_elf(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr base,
	char **file_name, Elf **elf)
{
	char path[PATH_MAX + HOST_PROC_SIZE], root[HOST_PROC_SIZE];
	int fd;

	if (name[0] != '/')
		return current->calls->linux_proc_find_elf(
			module, userdata, name, base, file_name, elf);
	/*
	 * A primary that closes the configuration of its group loses its lock (fact 5 of
	 * app/README.md), and of data there is no name to be had.
	 */
	if (!programs_have(&current->programs, base))
		return -1;
	snprintf(path, sizeof(path), "%s%s", host_proc_path(current->pid, "root", root),
		host_path_below_root(current->pid, name));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		fd = open_mapped(base, path);
	*file_name = fd >= 0 ? strdup(path) : NULL;
	*elf = NULL;
	return fd;
}

static void
name_frame(struct unwinder *unwinder, Dwarf_Addr address, struct frame *frame)
{
	const struct dwfl_calls *calls = unwinder->calls;
	Dwfl_Module *module = calls->addrmodule(unwinder->dwfl, address);
	const char *name, *file, *slash;
	GElf_Off offset;
	GElf_Sym symbol;
	Dwarf_Addr start, end;

	if (module == NULL)
		return;
	file = calls->module_info(module, NULL, &start, &end, NULL, NULL, NULL, NULL);
	/* libdw has what lies between two files be of one of them. */
	if (address < start || address >= end)
		return;
	name = calls->module_addrinfo(
		module, address, &offset, &symbol, NULL, NULL, NULL);
	/* Of a symbol's name without its version, and what the compiler made of it. */
	if (name != NULL && name[0] != '\0')
		snprintf(frame->function, sizeof(frame->function), "%.*s",
			(int)strcspn(name + 1, "@.") + 1, name);
	slash = file != NULL ? strrchr(file, '/') : NULL;
	if (file != NULL)
		snprintf(frame->file, sizeof(frame->file), "%.39s",
			slash != NULL ? slash + 1 : file);
	frame->offset = address - start;
}

static int
take_frame(Dwfl_Frame *state, void *arg)
{
	struct unwinder *unwinder = arg;
	struct backtrace *stack = unwinder->stack;
	Dwarf_Addr pc;
	bool is_activation;

	if (!unwinder->calls->frame_pc(state, &pc, &is_activation) || pc == 0)
		return DWARF_CB_ABORT;
	stack->frames[stack->n].pc = pc;
	/* A return address may be the first one of the next function. */
	name_frame(unwinder, is_activation ? pc : pc - 1, &stack->frames[stack->n]);
	return ++stack->n == FRAMES_MAX ? DWARF_CB_ABORT : DWARF_CB_OK;
}

static void
open_dwfl(struct unwinder *unwinder)
{
	static const Dwfl_Thread_Callbacks threads = {
		.next_thread = next_thread,
		.get_thread = get_thread,
		.memory_read = read_word,
		.set_initial_registers = set_registers,
	};
	static char *path; /* NULL: where distributions have debug files */
	static Dwfl_Callbacks callbacks = {
		.find_elf = find_elf,
		.debuginfo_path = &path,
	};

	unwinder->calls = dwfl_load();
	if (unwinder->calls == NULL)
		return;
	callbacks.find_debuginfo = unwinder->calls->build_id_find_debuginfo;
	current = unwinder;
	/* Without them there are no names. */
	programs_read(unwinder->pid, &unwinder->programs);
	unwinder->dwfl = unwinder->calls->begin(&callbacks);
	if (unwinder->dwfl != NULL &&
		unwinder->calls->linux_proc_report(unwinder->dwfl, unwinder->pid) == 0 &&
		unwinder->calls->report_end(unwinder->dwfl, NULL, NULL) == 0 &&
		unwinder->calls->attach_state(
			unwinder->dwfl, NULL, unwinder->pid, &threads, unwinder))
		return;
	if (unwinder->dwfl != NULL)
		unwinder->calls->end(unwinder->dwfl);
	unwinder->dwfl = NULL;
}

#endif

struct unwinder *
unwinder_open(pid_t pid, struct source *source)
{
	struct unwinder *unwinder = memory_zeroed(sizeof(*unwinder));

	if (unwinder == NULL)
		return NULL;
	unwinder->pid = pid;
	unwinder->source = source;
#ifdef HAVE_LIBDW
	open_dwfl(unwinder);
#endif
	return unwinder;
}

void
unwinder_close(struct unwinder *unwinder)
{
	if (unwinder == NULL)
		return;
#ifdef HAVE_LIBDW
	if (unwinder->dwfl != NULL)
		unwinder->calls->end(unwinder->dwfl);
	programs_free(&unwinder->programs);
#endif
	free(unwinder);
}

void
unwinder_walk(struct unwinder *unwinder, pid_t tid, const struct registers *registers,
	struct backtrace *stack)
{
	memset(stack, 0, sizeof(*stack));
	unwinder->tid = tid;
	unwinder->registers = registers;
	unwinder->stack = stack;
#ifdef HAVE_LIBDW
	if (unwinder->dwfl != NULL) {
		current = unwinder;
		unwinder->calls->getthread_frames(
			unwinder->dwfl, tid, take_frame, unwinder);
		backtrace_begin_at_call(stack);
	}
#endif
	if (stack->n == 0)
		add_innermost(unwinder);
}

/* ---- what is said of a stack ---- */

static bool
is_way_of_call(const struct frame *frame)
{
	static const char *const names[] = { "__syscall_cancel", "__syscall_cancel_arch",
		"__internal_syscall_cancel" };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(frame->function, names[i]) == 0)
			return true;
	return false;
}

void
backtrace_begin_at_call(struct backtrace *stack)
{
	unsigned int n = 0;

	while (n < stack->n && is_way_of_call(&stack->frames[n]))
		n++;
	/* Nothing else is known. */
	if (n == stack->n)
		return;
	stack->n -= n;
	memmove(stack->frames, stack->frames + n, stack->n * sizeof(stack->frames[0]));
}

bool
backtrace_equals(const struct backtrace *one, const struct backtrace *other)
{
	unsigned int i;

	if (one->n != other->n)
		return false;
	for (i = 0; i < one->n; i++)
		if (one->frames[i].pc != other->frames[i].pc)
			return false;
	return true;
}

bool
backtrace_has(const struct backtrace *stack, const char *part)
{
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		if (strstr(stack->frames[i].function, part) != NULL)
			return true;
	return false;
}

struct frame_text
frame_text(const struct frame *frame, bool brief)
{
	struct frame_text text;
	const char *name = frame->function[0] != '\0' ? frame->function : frame->file;
	size_t length = strlen(name);
	const char *end = strstr(frame->file, ".so");

	if (length == 0) {
		snprintf(text.text, sizeof(text.text), "0x%" PRIx64, frame->pc);
		return text;
	}
	if (frame->function[0] == '\0' && end != NULL)
		length = end - frame->file;
	length = text_escape(text.text, (const uint8_t *)name, length);
	if (frame->function[0] == '\0' && !brief)
		snprintf(text.text + length, sizeof(text.text) - length, "+0x%" PRIx64,
			frame->offset);
	return text;
}
