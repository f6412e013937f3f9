#!/usr/bin/env bash
# A first plugin, timed: from an installed nozzle to the first output of `nozzle run sample`. Nothing is compiled before; the
# crates that it needs are on this machine. Usage: first-plugin.sh PREFIX [TEMPLATE], the folder that `make install` filled.
set -euo pipefail

prefix=$(cd "${1:?usage: first-plugin.sh PREFIX [TEMPLATE]}" && pwd)
template=${2:-custom}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset CARGO_TARGET_DIR
export PATH="$prefix/bin:$PATH" NOZZLE_CACHE="$folder/cache"

# Fetches the crates, in another folder, so that no download is timed.
nozzle new ahead --template "$template" > /dev/null
(cd ahead && cargo fetch --quiet)

steps=""
timed() {
    local start end
    start=$(date +%s%N)
    "$@"
    end=$(date +%s%N)
    total=$((${total:-0} + end - start))
    steps+=$(printf '%8.1f s  %s' "$((end - start))e-9" "$*")$'\n'
}

timed nozzle new first --template "$template"
cd first
timed nozzle test
timed nozzle run sample
printf '\n%s%8.1f s  from the first command to the last output\n' "$steps" "${total}e-9"
