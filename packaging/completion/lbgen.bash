# bash completion for lbgen(8)
_lbgen() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word cmd=
    case $prev in
        -c | --config | -t | --template | -d | --data | --snapshot)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        --log-format)
            mapfile -t COMPREPLY < <(compgen -W 'auto plain journal json' -- "$cur")
            return
            ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in run | diff | render | snapshot | model | check | config | show | tables) cmd=$word ;; esac
    done
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(lbgen --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)" -- "$cur")
    elif [ "$cmd" = show ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(docker ps --filter label=lb.enable --format '{{.Names}}' 2>/dev/null)" -- "$cur")
    elif [ -z "$cmd" ]; then
        mapfile -t COMPREPLY < <(compgen -W 'run diff render snapshot model check config show' -- "$cur")
    fi
}
complete -F _lbgen lbgen
