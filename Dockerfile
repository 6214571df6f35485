# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches live outside the layers, so the program is copied out of target/ in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin rapport \
    && cp target/release/rapport /usr/local/bin/rapport

FROM debian:bookworm-slim
# The certificates are for fetching an issuer's keys over https.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin rapport
COPY --from=build /usr/local/bin/rapport /usr/local/bin/rapport
COPY LICENSE NOTICE /usr/share/doc/rapport/
COPY assets/graphiql/licenses /usr/share/doc/rapport/graphiql

USER rapport
WORKDIR /data
# An embedded database, if that is what is configured, belongs in this volume.
VOLUME /data
# Inside a container loopback reaches nobody. What faces the network outside is the operator's
# choice of published port, and TLS is the proxy's in front.
ENV RAPPORT_LISTEN=0.0.0.0:8080
EXPOSE 8080
# No HEALTHCHECK: the image has no HTTP client. Orchestrators ask /healthz and /readyz themselves.
ENTRYPOINT ["rapport"]
CMD ["serve"]
