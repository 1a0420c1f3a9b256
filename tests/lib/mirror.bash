# mirror.bash: where this machine gets Debian's packages. Needs nothing sourced before.
# shellcheck shell=bash

# debian_mirror : the mirror that this machine's own apt uses for its own suite
# (DEBIAN_MIRROR goes before it). This tree names none of its own.
debian_mirror() {
    local suite
    if [ -n "${DEBIAN_MIRROR-}" ]; then
        echo "$DEBIAN_MIRROR"
        return 0
    fi
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    # shellcheck disable=SC2016  # apt expands it
    apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' 2>/dev/null |
        awk -v s="$suite" '$1 == s && !found { print $2; found = 1 } END { exit !found }' && return 0
    echo "no Debian mirror: apt's sources have none for '$suite' (DEBIAN_MIRROR=URL names one)" >&2
    return 1
}
