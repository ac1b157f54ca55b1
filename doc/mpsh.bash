# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The mpsh authors
#
# Completion of mpsh's command line for bash. What may stand there is asked of mpsh itself.

_mpsh() {
	local line=${COMP_LINE:0:COMP_POINT} words=() word blanks before i

	# For bash words end at '=', ':' and '@', too. Join what no blank parts.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		blanks=${line%%[![:blank:]]*}
		line=${line#"$blanks"}
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$line
		line=${line#"$word"}
		if ((i == 0)) || [[ $blanks ]]; then
			words+=("$word")
		else
			words[-1]+=$word
		fi
	done
	# What bash puts the completion in place of.
	[[ $word == [=:@] ]] && word=
	before=${words[-1]%"$word"}

	COMPREPLY=()
	while IFS= read -r word; do
		case $word in
		'<file>')
			compopt -o default
			;;
		'<directory>')
			compopt -o dirnames
			;;
		*)
			printf -v word %q "$word"
			[[ $word == "${words[-1]}"* ]] && COMPREPLY+=("${word#"$before"}")
			;;
		esac
	done < <("${1/#\~/$HOME}" --complete "${words[@]:1}" 2>/dev/null)
}

complete -F _mpsh mpsh
