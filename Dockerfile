# lbgen and HAProxy in one container: README.md, "In a container".
#   docker build -t lbgen .
# hooks/container/Dockerfile is this file.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        gcc make pkg-config libc6-dev libcurl4-openssl-dev libjansson-dev libinih-dev libc-ares-dev libssl-dev
COPY Makefile gen.c tmpl.c tmpl.h haproxy.tmpl /src/
COPY gen /src/gen
COPY tmpl /src/tmpl
RUN make -C /src -s -j"$(nproc)" BUILD=/build all && strip /build/lbgen

FROM ${BASE}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        haproxy curl libcurl4 libjansson4 libinih1 libc-ares2 libssl3 && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*.log /var/log/apt && \
    rm -f /etc/haproxy/haproxy.cfg && mkdir -p /etc/haproxy/certs /usr/local/etc && \
    ln -s /run/haproxy /usr/local/etc/haproxy && install -d -o haproxy -g haproxy /run/haproxy /run/lbgen
COPY --from=build /build/lbgen /usr/bin/lbgen
COPY hooks/docker-events /usr/lib/lbgen/docker-events
COPY hooks/container/entrypoint /entrypoint
COPY lb.ini /etc/lbgen/lb.ini
# These go before lb.ini. Everything that is written at run time is below /run, so
# that the container can be --read-only with --tmpfs /run.
ENV LBGEN_HAPROXY_FILE=/run/haproxy/haproxy.cfg \
    LBGEN_HAPROXY_MASTER_SOCKET=/run/haproxy/master.sock \
    LBGEN_APPLY_STATE_DIR=/run/lbgen
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s CMD ["/entrypoint", "healthy"]
ENTRYPOINT ["/entrypoint"]
