# lbgen with HAProxy in one container. See hooks/container/README.md.
#   docker build -t lbgen .
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        gcc make pkg-config libc6-dev libcurl4-openssl-dev libjansson-dev libinih-dev libc-ares-dev libssl-dev
COPY . /src
RUN make -C /src -s BUILD=/tmp/build all && make -C /src -s BUILD=/tmp/build install DESTDIR=/out PREFIX=/usr

FROM ${BASE}
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        haproxy curl ca-certificates libcurl4 libjansson4 libinih1 libc-ares2 libssl3 && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin && \
    rm -rf /usr/local/etc/haproxy && mkdir -p /usr/local/etc && ln -s /run/haproxy /usr/local/etc/haproxy
COPY --from=build /out/usr/bin/lbgen /usr/bin/lbgen
COPY --from=build /out/usr/lib/lbgen /usr/lib/lbgen
COPY hooks/container/lb.ini /etc/lbgen/lb.ini
COPY hooks/container/entrypoint /entrypoint
# everything that is written at run time is below /run: --read-only --tmpfs /run
VOLUME ["/run"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s CMD ["/entrypoint", "healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/entrypoint"]
