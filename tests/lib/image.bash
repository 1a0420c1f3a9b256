# image.bash: images without a registry. Needs common.bash and an engine.
# shellcheck shell=bash

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
