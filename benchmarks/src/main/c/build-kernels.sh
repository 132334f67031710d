#!/bin/sh
# Builds the kernels of the benchmarks beside their sources. Debian 12: clang and lld. Two builds
# with the same versions of the tools give equal bytes.
set -eu
cd "$(dirname "$0")/../resources/io/edgebeat/benchmarks/guest"
for kernel in hash matrix nbody mix fib; do
  clang --target=wasm32 -std=gnu11 -O2 -g0 -fno-ident -fno-builtin -Wall -Wextra -Werror -nostdlib \
    -Wl,--no-entry -Wl,--strip-all -o "$kernel.wasm" "$kernel.c"
done
sha256sum ./*.wasm
