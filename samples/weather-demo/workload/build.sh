#!/bin/sh
# Builds weather.c into weather.wasm under ../src/main/resources/io/edgebeat/samples/weather and
# writes the content identifier of the result beside it. Another directory may be named as the only
# argument. Two builds with the same versions of the tools give equal bytes.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")"
target=${1:-../src/main/resources/io/edgebeat/samples/weather}

missing=
command -v clang >/dev/null || missing="$missing clang"
command -v wasm-ld >/dev/null || missing="$missing lld"
[ -f /usr/include/wasm32-wasi/unistd.h ] || missing="$missing wasi-libc"
for tool in sha256sum base32 od; do
  command -v "$tool" >/dev/null || missing="$missing coreutils"
done
if [ -z "$missing" ]; then
  builtins=$(clang --target=wasm32-wasi -print-libgcc-file-name)
  [ -f "$builtins" ] || missing="$missing libclang-rt-14-dev-wasm32"
fi
if [ -n "$missing" ]; then
  echo "build.sh: on Debian 12, first: apt-get install --no-install-recommends$missing" >&2
  exit 1
fi

mkdir -p "$target"
# No path, date or tool version may reach the module: sections that would name them are stripped.
# The stack lies first in memory, so that overflowing it traps rather than overwrites data.
clang --target=wasm32-wasi --sysroot=/usr -isystem /usr/include/wasm32-wasi \
  -L/usr/lib/wasm32-wasi -std=c11 -O2 -g0 -mcpu=mvp -Wall -Wextra -Werror -Wno-unused-value \
  -fno-ident -ffunction-sections -fdata-sections \
  -Wl,--gc-sections -Wl,--strip-all -Wl,--stack-first -Wl,-z,stack-size=16384 \
  -o "$target/weather.wasm" weather.c

size=$(wc -c <"$target/weather.wasm")
if [ "$size" -gt 262144 ]; then
  echo "build.sh: weather.wasm has $size bytes and would not be a single block" >&2
  exit 1
fi
# CIDv1 (01), raw (55), sha2-256 (12) of 32 bytes (20); multibase "b": base32, lower case, unpadded.
hash=$(sha256sum <"$target/weather.wasm" | cut -c1-64)
bytes=$(echo "01551220$hash" | sed 's/../\\x&/g')
cid=b$(env printf "$bytes" | base32 -w0 | tr -d '=' | tr 'A-Z' 'a-z')
echo "$cid" >"$target/weather.wasm.cid"
echo "$size bytes, $cid"
