#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
#
# --doctor and the command doctor: each thing that is wrong is found, with the command that mends
# it, nothing is made, and what is well is said to be well.
#
#     MPSH=build/mpsh doctor.sh

set -uo pipefail

MPSH=$(readlink -f "${MPSH:-build/mpsh}")
[[ $EUID -eq 0 ]] || { echo "needs root"; exit 77; }

home=$(mktemp -d "${TMPDIR:-/tmp}/mpsh-doctor.XXXXXX")
chmod 0755 "$home"
export RUNTIME_DIRECTORY=${RUNTIME_DIRECTORY:-$home}
prefix=doctor$$
dir=$RUNTIME_DIRECTORY/dpdk/$prefix
started=()
failures=0

clean_up() {
	local pid

	for pid in "${started[@]}"; do
		kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	rm -rf "$home" "$dir" "$dir-"*
	rm -f "/dev/hugepages/${prefix}"*map_*
}
trap clean_up EXIT

# ---- checks ----

# Have doctor look: what it says goes to $home/found, its exit code to $code.
look() {
	"$@" >"$home/found" 2>"$home/error"
	code=$?
}

doctor() {
	look "$MPSH" --doctor --json --file-prefix "$prefix" "$@"
}

wrong() {
	echo "FAILED: $title: $*"
	jq -c '.doctor[]?' "$home/found" 2>/dev/null | sed 's/^/    /'
	sed 's/^/    /' "$home/error"
	failures=$((failures + 1))
}

left_with() {
	[[ $code -eq $1 ]] || wrong "exit code $code, not $1"
}

# is CHECK ok|NO [WORDS OF WHAT WAS FOUND [WORDS OF THE ADVICE]]
is() {
	# shellcheck disable=SC2016 # jq's own
	local filter='[.doctor[]? | select(.check == $check and .ok == ($ok == "ok") and
		(.found | contains($found)) and
		(if .ok then has("advice") | not else .advice | contains($advice) end))] | length > 0'

	jq -e --arg check "$1" --arg ok "$2" --arg found "${3-}" --arg advice "${4-}" "$filter" \
		"$home/found" >/dev/null 2>&1 || wrong "no such check: $*"
}

advice() {
	jq -r --arg check "$1" '.doctor[] | select(.check == $check and (.ok | not)) | .advice' \
		"$home/found"
}

# ---- others ----

# A process in Python that says "ready" and then waits for ever: its pid in $pid.
play() {
	local line

	exec {from}< <(exec python3 -c "$1"$'\nimport signal\nprint("ready", flush=True)\nsignal.pause()' \
		"${@:2}" 2>>"$home/players")
	pid=$!
	started+=("$pid")
	read -r -t 30 line <&"$from" || { title="a helper"; wrong "did not start"; cat "$home/players"; }
	exec {from}<&-
}

start_primary() {
	local line

	coproc PRIMARY { exec "$MPSH" --json --file-prefix "$prefix" 2>&1; }
	primary=$PRIMARY_PID
	started+=("$primary")
	to_primary=${PRIMARY[1]} from_primary=${PRIMARY[0]}
	while read -r -t 30 line <&"$from_primary"; do
		[[ $line != *'"ready"'* ]] || return 0
	done
	echo "FAILED: the primary did not start: $line"
	exit 1
}

await_state() {
	until [[ $(sed 's/.*) //' "/proc/$1/stat") == $2* ]]; do :; done
}

is_gone() {
	! grep -qs . "/proc/$1/cmdline"
}

# ---- an empty prefix ----

title="an empty prefix"
doctor
left_with 0
is "runtime directory" ok "$dir can be made"
is primary ok "none under the prefix $prefix"
is "earlier primary" ok
is hugetlbfs ok "pages of "
is "hugetlbfs access" ok "belongs to root"
is "free hugepages" ok "a primary needs "
is namespaces ok
is "address layout" ok
is descriptors ok
is CPUs ok
is membarrier ok
is "rte_mp socket" ok "none under the prefix $prefix"
[[ ! -e $dir ]] || wrong "it made $dir"

title="text"
look "$MPSH" --doctor --file-prefix "$prefix"
left_with 0
[[ $(grep -c '^ok  ' "$home/found") -eq 12 && $(wc -l <"$home/found") -eq 12 ]] ||
	wrong "not twelve lines that begin with ok"

title="a secondary without a primary"
doctor --proc-type=secondary
left_with 3
is primary NO "none under the prefix $prefix" "mpsh --proc-type=primary --file-prefix $prefix"
is "free hugepages" ok "a secondary needs none"

# ---- the host is not as it should be ----

title="more memory than there is"
doctor -m 1000000
left_with 3
is "free hugepages" NO "mpsh needs 1000000 MiB" "dpdk-hugepages.py --"

title="few descriptors"
look bash -c "ulimit -n 20; exec \"\$@\"" - "$MPSH" --doctor --json --file-prefix "$prefix"
left_with 3
is descriptors NO "20 may be open" "ulimit -n "

title="nobody"
cp "$MPSH" "$home/mpsh"
nobody=(env -u XDG_RUNTIME_DIR setpriv --reuid=65534 --regid=65534 --clear-groups --)
look "${nobody[@]}" env -u RUNTIME_DIRECTORY "$home/mpsh" --doctor --json --file-prefix "$prefix"
left_with 3
is "hugetlbfs access" NO "not permitted: " "sudo "
is "runtime directory" ok "/tmp/dpdk/$prefix can be made"
[[ ! -e /tmp/dpdk/$prefix ]] || wrong "it made /tmp/dpdk/$prefix"

title="nobody in root's directory"
mkdir -m 0700 "$home/roots"
look "${nobody[@]}" env RUNTIME_DIRECTORY="$home/roots" "$home/mpsh" --doctor --json --file-prefix "$prefix"
left_with 3
is "runtime directory" NO "not permitted: $home/roots belongs to root" "run mpsh as that user"

title="hugetlbfs not mounted"
look unshare --mount bash -c 'grep -o "[^ ]* hugetlbfs" /proc/mounts | cut -d" " -f1 | xargs -n1 umount
	exec "$@"' - "$MPSH" --doctor --json --file-prefix "$prefix"
left_with 3
is hugetlbfs NO "not mounted" "mount -t hugetlbfs"
is "free hugepages" ok "pages of "

# ---- a primary ----

start_primary

title="a running primary"
doctor
left_with 0
is primary ok "pid $primary (mpsh) with DPDK "
is namespaces ok "shared with the primary"
is "free hugepages" ok "a secondary needs none"
is "rte_mp socket" ok "mp_socket is alive: pid $primary (mpsh)"

title="a second primary"
doctor --proc-type=primary
left_with 3
is primary NO "another already runs: pid $primary (mpsh)" "--proc-type=secondary"

title="the command in a secondary"
look bash -c '"$@" | grep "^{\"doctor\""' - "$MPSH" --json --file-prefix "$prefix" -e doctor
is primary ok "pid $primary (mpsh) with DPDK "
is "rte_mp socket" ok "mp_socket is alive: pid $primary (mpsh)"
is "rte_mp socket" ok "is alive: this process"
left_with 0

title="the command in the primary"
echo doctor >&"$to_primary"
while read -r -t 30 line <&"$from_primary" && [[ $line != '{"doctor"'* ]]; do :; done
echo "$line" >"$home/found"
is primary ok "this process, pid $primary"
is "rte_mp socket" ok "mp_socket is alive: this process"

title="the primary's lock stays with it"
doctor
left_with 0
is primary ok "pid $primary (mpsh)"

title="another PID namespace"
look unshare --pid --fork --mount-proc "$MPSH" --doctor --json --file-prefix "$prefix"
left_with 3
is namespaces NO "in another PID namespace" "nsenter "

title="another hugetlbfs"
look unshare --mount bash -c 'mount -t hugetlbfs nodev /dev/hugepages; exec "$@"' - \
	"$MPSH" --doctor --json --file-prefix "$prefix"
left_with 3
is namespaces NO "another hugetlbfs" "nsenter --target $primary "

title="a stopped primary"
kill -STOP "$primary"
await_state "$primary" T
doctor
left_with 3
is primary NO "pid $primary (mpsh, stopped)" "kill -CONT $primary"
is "rte_mp socket" NO "mp_socket: pid $primary (mpsh, stopped)" "kill -CONT $primary"
kill -CONT "$primary"

# ---- what a dead one leaves ----

title="a killed primary"
kill -KILL "$primary"
wait "$primary" 2>/dev/null
doctor
left_with 3
is primary ok "none under the prefix"
is "rte_mp socket" NO "mp_socket is stale" "rm $dir/mp_socket"
[[ $(advice "rte_mp socket") == "rm $dir/mp_socket" ]] || wrong "the advice is another"

title="after the advice"
eval "$(advice "rte_mp socket")"
doctor
left_with 0
is "rte_mp socket" ok "none"

title="a holder of its memory"
play 'import fcntl, sys
held = open(sys.argv[1])
fcntl.flock(held, fcntl.LOCK_SH)' "$dir/fbarray_memzone"
doctor
left_with 3
is "earlier primary" NO "its memory is still held by pid $pid (python3)" "kill $pid"
eval "$(advice "earlier primary")"
until is_gone "$pid"; do :; done
doctor
left_with 0
is "earlier primary" ok

# ---- sockets ----

title="a stale socket"
python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])' "$dir/mp_socket_4194303_it's"
doctor
left_with 3
is "rte_mp socket" NO "is stale" "rm '$dir/mp_socket_4194303_it'\\''s'"
eval "$(advice "rte_mp socket")"
doctor
left_with 0

title="a socket that takes more"
play 'import os, socket, sys
reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
reader.bind("%s/mp_socket_%d_1" % (sys.argv[1], os.getpid()))' "$dir"
doctor
left_with 0
is "rte_mp socket" ok "mp_socket_${pid}_1 is alive: pid $pid (python3)"
kill -KILL "$pid"
until is_gone "$pid"; do :; done
rm "$dir/mp_socket_${pid}_1"

title="a socket that is full"
play 'import os, socket, sys
path = "%s/mp_socket_%d_1" % (sys.argv[1], os.getpid())
reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
reader.bind(path)
sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sender.setblocking(False)
try:
    while True:
        sender.sendto(b"x", path)
except BlockingIOError:
    pass' "$dir"
doctor
left_with 3
is "rte_mp socket" NO "mp_socket_${pid}_1 is full: pid $pid (python3) does not read it" "gdb -p $pid"
kill -STOP "$pid"
await_state "$pid" T
doctor
left_with 3
is "rte_mp socket" NO "mp_socket_${pid}_1 is full: pid $pid (python3, stopped)" "kill -CONT $pid"
kill -KILL "$pid"
until is_gone "$pid"; do :; done
rm "$dir/mp_socket_${pid}_1"

title="a process whose rte_mp thread has ended"
play 'import os, socket, sys, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
reader = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
reader.bind("%s/mp_socket_%d_1" % (sys.argv[1], os.getpid()))' "$dir"
doctor
left_with 3
is "rte_mp socket" NO "the rte_mp thread of pid $pid (python3) has ended" "kill $pid"
kill -KILL "$pid"
until is_gone "$pid"; do :; done
rm "$dir/mp_socket_${pid}_1"

# ---- a primary that cannot be joined ----

title="another DPDK version"
mkdir -p "$dir-other"
touch "$dir-other/hugepage_info"
play 'import fcntl, os, struct, sys
config = open(sys.argv[1], "w+b", buffering=0)
config.write(struct.pack("=II", 19820526, 23 << 24 | 11 << 16 | 1 << 8 | 99))
fcntl.lockf(config, fcntl.LOCK_EX)' "$dir-other/config"
look "$MPSH" --doctor --json --file-prefix "$prefix-other"
left_with 3
is primary NO "pid $pid (python3) with DPDK 23.11.1, this mpsh with DPDK " "start both with the same DPDK"
kill -KILL "$pid"
until is_gone "$pid"; do :; done

# ---- the command's exit code ----

title="the command where something is wrong"
start_primary
python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(sys.argv[1])' "$dir/mp_socket_4194303_1"
look bash -c 'set -o pipefail; "$@" | grep "^{\"doctor\""' - "$MPSH" --json --file-prefix "$prefix" -e doctor
left_with 1
is "rte_mp socket" NO "mp_socket_4194303_1 is stale" "rm $dir/mp_socket_4194303_1"
echo quit >&"$to_primary"
wait "$primary"

[[ $failures -eq 0 ]] && echo "doctor: all is as it should be"
exit $((failures != 0))
