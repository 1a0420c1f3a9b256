# image.bash: images without a registry. Needs common.bash and an engine.
# shellcheck shell=bash
source "$ROOT/tests/lib/mirror.bash"

# image_web [NAME] : one static program that serves its host name on port 80
image_web() {
    local d
    d=$(mktemp -d "$W/image.XXXXXX")
    mkdir -p "$d"/{etc,tmp}
    cp "$TOOLS/web" "$d/web"
    tar -C "$d" -c . | docker import -c 'CMD ["/web","80"]' -c 'EXPOSE 80' - "${1:-lbt/web}" >/dev/null
    local rc=$?
    rm -rf "$d"
    return $rc
}

# image_busybox [NAME] : a shell and the usual tools, for what a test must run inside
image_busybox() {
    local d a
    d=$(mktemp -d "$W/image.XXXXXX")
    mkdir -p "$d"/{bin,tmp,www,etc,proc,sys,dev}
    cp "$(command -v busybox)" "$d/bin/busybox"
    for a in $("$d/bin/busybox" --list); do [ "$a" = busybox ] || ln -sf busybox "$d/bin/$a"; done
    echo 'root:x:0:0:root:/:/bin/sh' >"$d/etc/passwd"
    tar -C "$d" -c . | docker import -c 'ENV PATH=/bin' \
        -c 'CMD ["httpd","-f","-p","80","-h","/www"]' - "${1:-lbt/busybox}" >/dev/null
    local rc=$?
    rm -rf "$d"
    return $rc
}

# --- the image of lbgen ------------------------------------------------------------
# tests/live/image_build.bats makes it, once, where there is an uplink; files that
# say "# image" come after it and load it. Both stay in build/image.

IMAGES=$ROOT/build/image

image_base_name() { sed -n 's/^ARG BASE=//p' "$ROOT/Dockerfile"; }

# image_key : a hash over the Dockerfile and all that it copies
image_key() {
    local from
    from=$(sed -n '/^COPY --from/d; s/^COPY \(.*\) [^ ]*$/\1/p' "$ROOT/Dockerfile")
    # shellcheck disable=SC2086  # a list of names without blanks
    (cd "$ROOT" && find Dockerfile .dockerignore $from -type f -perm -u+r -printf '%m %p\n' | sort | while read -r mode f; do
        printf '%s %s %s\n' "$mode" "$f" "$(sha256sum <"$f")"
    done) | sha256sum | cut -c1-16
}

# image_base : the base image of the Dockerfile under its own name, by mmdebstrap.
# Documents are left out, as Debian's slim images do.
image_base() {
    local base tar suite mirror more=()
    base=$(image_base_name)
    suite=${base#*:}
    suite=${suite%-slim}
    tar=$IMAGES/base-$suite.tar
    mkdir -p "$IMAGES"
    if [ ! -s "$tar" ]; then
        mirror=$(debian_mirror) || return 1
        [[ $mirror != https:* ]] || more=(--include=ca-certificates)
        # a mirror may be a frozen snapshot whose dates have passed
        # shellcheck disable=SC2016  # mmdebstrap's shell expands it
        TMPDIR=$W mmdebstrap --quiet --variant=minbase --mode=root --dpkgopt=force-unsafe-io "${more[@]}" \
            --aptopt='Acquire::Check-Valid-Until "false"' \
            --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
            --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
            --customize-hook='printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
            --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/*.log "$1"/etc/resolv.conf "$1"/etc/hostname' \
            "$suite" "$IMAGES/new.tar" "deb $mirror $suite main" || return 1
        mv "$IMAGES/new.tar" "$tar"
    fi
    docker import -c 'CMD ["bash"]' "$tar" "$base" >/dev/null
}

# image_build : docker build of the tree as "lbgen", kept for image_lbgen. What the
# last build left is there again, so that only what changed is made anew.
image_build() {
    local tar base cache=$IMAGES/cache.tar args=(--network=host --force-rm)
    tar=$IMAGES/lbgen-$(image_key).tar
    base=$(image_base_name)
    # a proxy is a predefined argument of every build
    [ -z "${http_proxy-}" ] || args+=(--build-arg http_proxy)
    [ -z "${https_proxy-}" ] || args+=(--build-arg https_proxy)
    if [ -s "$cache" ] && docker load -q -i "$cache"; then
        args+=(--cache-from lbgen-build --cache-from lbgen)
    else
        image_base || return 1
    fi
    docker build "${args[@]}" --target build -t lbgen-build "$ROOT" &&
        docker build "${args[@]}" --cache-from lbgen-build -t lbgen "$ROOT" &&
        docker save -o "$IMAGES/new.tar" "$base" lbgen-build lbgen:latest || return 1
    mv "$IMAGES/new.tar" "$cache"
    docker save -o "$IMAGES/new.tar" lbgen:latest || return 1
    find "$IMAGES" -name 'lbgen-*.tar' -delete
    mv "$IMAGES/new.tar" "$tar"
}

# image_lbgen [NAME] : loads the image that image_build made from this tree
image_lbgen() {
    local tar
    tar=$IMAGES/lbgen-$(image_key).tar
    [ -s "$tar" ] || { echo "no image of this tree: see build/test/live.image_build.bats.tap"; return 1; }
    docker load -q -i "$tar" >/dev/null || return 1
    [ "${1:-lbgen}" = lbgen ] || docker tag lbgen "$1"
}
