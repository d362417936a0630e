# SPDX-License-Identifier: BSD-3-Clause
# bash completion of peregrinectl
_peregrinectl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local views="stats lcores ports pools drops routes clients latency health config"
	local others="capture mode log reset keys exporter top"
	local view_options="--json --openmetrics --watch"
	local start_options="--port --direction --kind --mac --size --time --files --directory --when-full"
	local command="" argument="" options="" i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-f | --socket | --watch | --listen | --port | --direction | --kind | --mac | --size | \
			--time | --files | --directory | --when-full) ((i++)) ;;
		-*) ;;
		*)
			if [[ -z $command ]]; then
				command=${COMP_WORDS[i]}
			else
				argument=${COMP_WORDS[i]}
			fi
			;;
		esac
	done

	case $before in
	-f)
		local node nodes=""
		for node in "${RUNTIME_DIRECTORY:-/var/run}"/dpdk/*/dpdk_telemetry.v2; do
			[[ ! -S $node ]] || nodes+=" $(basename "$(dirname "$node")")"
		done
		COMPREPLY=($(compgen -W "$nodes" -- "$word"))
		return
		;;
	--socket)
		COMPREPLY=($(compgen -f -- "$word"))
		return
		;;
	--directory)
		COMPREPLY=($(compgen -d -- "$word"))
		return
		;;
	--direction) options="in out both" ;;
	--kind) options="heartbeat reply upstream downstream host unknown" ;;
	--when-full) options="oldest stop" ;;
	--watch | --listen | --port | --mac | --size | --time | --files) return ;;
	*)
		case $command in
		"") options="$views $others --version --help" ;;
		stats) options="$view_options --per-lcore" ;;
		config | reset) options="--json" ;;
		capture)
			options="--json"
			if [[ -z $argument ]]; then
				options+=" start stop status"
			elif [[ $argument == start ]]; then
				options+=" $start_options"
			fi
			;;
		mode) options="--json standby operate" ;;
		log) options="--json emergency alert critical error warning notice info debug" ;;
		keys) options="--json reload" ;;
		exporter) options="--listen" ;;
		top) options="--watch" ;;
		*) options=$view_options ;;
		esac
		options+=" -f --socket"
		;;
	esac
	COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -F _peregrinectl peregrinectl
