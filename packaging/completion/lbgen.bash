# bash completion for lbgen(8). What there is comes from lbgen --help.
_lbgen() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} help commands takes word cmd=
    help=$(lbgen --help 2>/dev/null) || return
    commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\).*/\1/p' <<<"$help")
    # the word after an option that takes one
    takes=
    [[ $prev != -* ]] || takes=$(sed -n "/^Options:/,/^$/s/^ .*${prev} \{0,1\}\(, --[a-z-]*\)\{0,1\} \([a-z]*\)  .*/\2/p" <<<"$help")
    case $takes in
        file)
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            compopt -o filenames 2>/dev/null
            ;;
        form) mapfile -t COMPREPLY < <(compgen -W 'auto plain journal json' -- "$cur") ;;
        time) mapfile -t COMPREPLY < <(compgen -W '5s 10s 30s 1m' -- "$cur") ;;
    esac
    [ -z "$takes" ] || return 0
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] || [[ $'\n'$commands$'\n' != *$'\n'$word$'\n'* ]] || cmd=$word
    done
    if [[ $cur == -* ]]; then
        word=$(sed -n '/^Options:/,/^$/p' <<<"$help" | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' | tr -d ,)
    else
        case $cmd in
            '') word=$commands ;;
            show) word=$(docker ps --filter label=lb.enable --format '{{.Names}}' 2>/dev/null) ;;
            config) word=$(lbgen config 2>/dev/null | sed -n 's/^\[\(.*\)\]$/=\1/p; s/^\([a-z_0-9]*\) *=.*/\1/p' |
                while read -r word; do if [[ $word == =* ]]; then cmd=${word#=}; else echo "$cmd.$word"; fi; done) ;;
            tables) word=$(sed -n 's/,//g; s/^  tables .*manual: \(.*\)\.$/\1/p' <<<"$help") ;;
            *) return ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}
complete -F _lbgen lbgen
