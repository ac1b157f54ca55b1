# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
#
# What a script of this tree needs before it can start a DPDK process: packages, a build
# directory, hugepages. It is sourced by app/start and tests/run, which set `script` to the
# name that their errors begin with. When a function fails, it prints one line with the
# cause and the remedy, and ends the script with exit code 1.

# The packages that mpsh is built with.
# shellcheck disable=SC2034 # used where this file is sourced
build_packages=(build-essential meson ninja-build pkg-config libdpdk-dev libdw-dev
	libevent-dev libjansson-dev libsmartcols-dev mount)

hugepages_sysfs=/sys/kernel/mm/hugepages/hugepages-2048kB
hugepages_mount=/dev/hugepages

fail() {
	echo "${script:?}: $*" >&2
	exit 1
}

need_root() {
	[[ $EUID -eq 0 ]] || fail "DPDK's hugepages need root: sudo $script"
}

# ---- packages ----

is_installed() {
	[[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Run apt-get with its output on standard error; its first error or warning is also printed
# on standard output, for the caller.
run_apt() {
	local log code=0

	log=$(mktemp)
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@" >"$log" 2>&1 </dev/null || code=$?
	cat "$log" >&2
	grep -m 1 '^[EW]: ' "$log" || true
	rm -f "$log"
	return "$code"
}

# install_missing PACKAGE...
install_missing() {
	local package outdated reason missing=()

	{ command -v dpkg-query && command -v apt-get; } >/dev/null ||
		fail "this is no Debian, so nothing can be installed: the README says how to build by hand"
	for package; do
		is_installed "$package" || missing+=("$package")
	done
	[[ ${#missing[@]} -gt 0 ]] || return 0
	[[ $EUID -eq 0 ]] || fail "packages are missing: as root, apt-get install ${missing[*]}"
	[[ -z $(dpkg --audit 2>/dev/null) ]] ||
		fail "packages are half installed: dpkg --configure -a, then $script again"
	echo "installing ${missing[*]}" >&2
	# A source that does not answer may hold none of these packages: let install decide.
	outdated=$(run_apt update) || true
	reason=$(run_apt install --no-install-recommends "${missing[@]}") ||
		fail "apt-get install failed (${outdated:-${reason:-without a word}}): is there a network, and a mirror in /etc/apt?"
}

# ---- the build directory ----

# make_build_directory DIRECTORY VARIABLE: the error advises to set the environment variable
# VARIABLE to another directory.
make_build_directory() {
	{ mkdir -p "$1" && [[ -w $1 ]]; } 2>/dev/null ||
		fail "$1 cannot be written: $2=DIRECTORY names another build directory"
}

# ---- hugepages ----

free_pages() {
	cat "$hugepages_sysfs/free_hugepages"
}

# Print the page size of the hugetlbfs at hugepages_mount, as "2M"; nothing without a mount.
mounted_page_size() {
	awk -v at="$hugepages_mount" '$2 == at && $3 == "hugetlbfs" {
		size = "2M"
		if (match($4, /pagesize=[0-9]+[KMG]/))
			size = substr($4, RSTART + 9, RLENGTH - 9)
	} END { print size }' /proc/mounts
}

see_to_mount() {
	local size reason

	size=$(mounted_page_size)
	[[ -z $size || $size == 2M ]] ||
		fail "$hugepages_mount has pages of $size, not of 2M: umount $hugepages_mount, then $script again"
	[[ -z $size ]] || return 0
	reason=$( { mkdir -p "$hugepages_mount" &&
		mount -t hugetlbfs -o pagesize=2M nodev "$hugepages_mount"; } 2>&1) ||
		fail "hugetlbfs cannot be mounted at $hugepages_mount ($(tail -n 1 <<<"$reason")): a container needs --privileged"
}

own_cgroup() {
	sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null || true
}

# Print the lowest hugepage limit of this process's cgroup and its parents, in bytes; "max"
# without a limit.
hugepages_limit() {
	local path limit smallest=max

	path=/sys/fs/cgroup$(own_cgroup)
	while [[ $path == /sys/fs/cgroup/?* ]]; do
		limit=$(cat "$path/hugetlb.2MB.max" 2>/dev/null) || limit=max
		if [[ $limit != max && ($smallest == max || $limit -lt $smallest) ]]; then
			smallest=$limit
		fi
		path=${path%/*}
	done
	echo "$smallest"
}

# see_to_pages N: make sure that N pages of 2 MiB are free. If the kernel has too few, the
# number of pages is set back.
see_to_pages() {
	local wanted=$1 free before limit sysfs=$hugepages_sysfs

	[[ -r $sysfs/free_hugepages ]] ||
		fail "this kernel has no hugepages of 2 MiB: $sysfs is not there"
	limit=$(hugepages_limit)
	[[ $limit == max || $limit -ge $((wanted * 2097152)) ]] ||
		fail "this cgroup may have $((limit / 1048576)) MiB of hugepages, $((wanted * 2)) are needed: raise its hugetlb.2MB.max"
	free=$(free_pages)
	[[ $free -lt $wanted ]] || return 0
	before=$(<"$sysfs/nr_hugepages")
	{ echo $((before + wanted - free)) >"$sysfs/nr_hugepages"; } 2>/dev/null ||
		fail "hugepages cannot be reserved from here: on the host, echo $((before + wanted - free)) > $sysfs/nr_hugepages"
	free=$(free_pages)
	if [[ $free -lt $wanted ]]; then
		echo "$before" >"$sysfs/nr_hugepages" || true
		fail "of $wanted hugepages of 2 MiB the kernel has $free: free memory, echo 1 > /proc/sys/vm/compact_memory, then $script again"
	fi
}

# see_to_hugepages N
see_to_hugepages() {
	see_to_pages "$1"
	see_to_mount
}
