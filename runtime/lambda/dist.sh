#!/usr/bin/env bash
# The two bootstraps of an architecture as they are shipped, on any Linux: dist.sh x86_64|arm64 FOLDER.
#
# Each is built alone, so that no feature of another program is in it, and with the glibc that is here: Amazon Linux 2023 has 2.34,
# and `nozzle package` refuses what needs a newer one. Debian 12 and Ubuntu 22.04 are fit to build it.
set -euo pipefail

usage="usage: dist.sh x86_64|arm64 FOLDER"
architecture=${1:?$usage}
mkdir -p "${2:?$usage}"
folder=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

case $architecture in
x86_64) triple=x86_64-unknown-linux-gnu ;;
arm64) triple=aarch64-unknown-linux-gnu ;;
*) echo "$usage" >&2 && exit 2 ;;
esac
objcopy=objcopy
if ! rustc --version --verbose | grep -q "^host: $triple$"; then
    tools=${triple/-unknown/}
    if ! command -v "$tools-gcc" >/dev/null; then
        echo "no $tools-gcc here; hint: apt-get install gcc-${tools/_/-} libc6-dev-${architecture/x86_64/amd64}-cross" >&2
        exit 1
    fi
    linker=CARGO_TARGET_${triple^^}_LINKER
    export "${linker//-/_}=$tools-gcc"
    objcopy=$tools-objcopy
    if command -v rustup >/dev/null; then rustup --quiet target add "$triple"; fi
fi

build() { # program, features
    cargo build --locked --profile dist --package nozzle-lambda --bin "$1" --features "$2" --target "$triple"
    local file=$folder/$1-$architecture
    install "${CARGO_TARGET_DIR:-target}/$triple/dist/$1" "$file"
    if command -v python3 >/dev/null; then
        python3 runtime/lambda/list_crates.py "$file" --target "$triple" --features "$2" --objcopy "$objcopy"
    else
        echo "!!! $file does not list its crates (hint: that takes python3)" >&2
    fi
}

build bootstrap ""
build bootstrap-s3 s3
