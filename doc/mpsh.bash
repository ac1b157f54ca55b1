# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
#
# Completion of mpsh's options, and of EAL's that matter to it, for bash.

_mpsh() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $before in
	-f | --file)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--file-prefix)
		# The prefixes that are in use.
		mapfile -t COMPREPLY < <(compgen -W "$(ls /var/run/dpdk 2>/dev/null)" -- "$word")
		return
		;;
	--proc-type)
		mapfile -t COMPREPLY < <(compgen -W "auto primary secondary" -- "$word")
		return
		;;
	-e | --execute | -t | --timeout | --name | --max-peers | -w | --wait)
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "-e --execute -f --file -i --interactive -q --quiet -x --echo -k --keep-going
		-j --json -t --timeout --name --max-peers -w --wait --poll --no-color --doctor -h --help
		-V --version --file-prefix --proc-type --lcores -l --huge-dir --no-telemetry
		--log-level" -- "$word")
}

complete -F _mpsh mpsh
