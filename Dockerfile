# syntax=docker/dockerfile:1
# One image with every binary; the command picks one:
#   docker build --tag statelab .
#   docker run --rm statelab conform --list

FROM rust:1-slim-bookworm AS build
WORKDIR /build

# First the dependencies alone, so that a changed source line does not build
# them again: the manifests with empty crates behind them, and without the tests
# that they declare.
COPY Cargo.toml Cargo.lock ./
COPY crates/contract/Cargo.toml crates/contract/
COPY crates/store/Cargo.toml crates/store/
COPY crates/cookie-state/Cargo.toml crates/cookie-state/
COPY crates/session-state/Cargo.toml crates/session-state/
COPY crates/jwt-state/Cargo.toml crates/jwt-state/
COPY crates/auth-chain/Cargo.toml crates/auth-chain/
COPY crates/harness/Cargo.toml crates/harness/
COPY crates/lab/Cargo.toml crates/lab/
COPY tests/Cargo.toml tests/
RUN for folder in crates/* tests; do \
        sed -i '/^\[\[test\]\]/,/^$/d' "$folder/Cargo.toml" \
        && mkdir -p "$folder/src/bin" \
        && touch "$folder/src/lib.rs" \
        && echo 'fn main() {}' > "$folder/src/main.rs"; \
    done \
    && mv crates/harness/src/main.rs crates/harness/src/bin/conform.rs \
    && cargo build --release --locked --workspace --exclude tests \
    && rm -r crates

# Then the sources. Cargo compares times, and these files may be older than the
# empty ones that they replace.
COPY docs/contract docs/contract
COPY demo-client demo-client
COPY crates crates
RUN find crates demo-client docs -type f -exec touch {} + \
    && cargo build --release --locked --workspace --exclude tests \
    && mkdir /out \
    && cp target/release/cookie-state target/release/session-state \
        target/release/jwt-state target/release/auth-chain \
        target/release/conform target/release/lab /out/

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin statelab \
    && install --directory --owner 10001 --group 10001 --mode 700 /data
COPY --from=build /out/ /usr/local/bin/
COPY docker/healthy /usr/local/bin/healthy
USER 10001:10001
EXPOSE 8000 8001 8002 8003 8004
# PORT and READY say where a container's server tells how it is; docker-compose.yml
# sets them per service. A container that runs `conform` has no server to ask:
# start it with --no-healthcheck.
ENV PORT=8000 READY=/
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
    CMD ["bash", "-c", "healthy \"$PORT\" \"$READY\""]
CMD ["lab"]
