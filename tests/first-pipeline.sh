#!/usr/bin/env bash
# The README's first pipeline, timed: from an installed nozzle to a Lambda zip, with no Rust toolchain in the path and no
# network. Usage: first-pipeline.sh PREFIX, the folder that `make install` filled.
set -euo pipefail

prefix=$(cd "${1:?usage: first-pipeline.sh PREFIX}" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

offline=()
if unshare --map-root-user --net true 2>/dev/null; then
    offline=(unshare --map-root-user --net)
else
    echo "!!! not cut off from the network: unshare is not allowed here"
fi
alone=("${offline[@]}" env -i "PATH=$prefix/bin" "HOME=$folder" nozzle)

start=$(date +%s%N)
"${alone[@]}" init orders-cdc
cd orders-cdc
"${alone[@]}" run sample.jsonl
zip=$("${alone[@]}" package)
end=$(date +%s%N)

test -s "$zip"
echo "init, run and package took $(((end - start) / 1000000)) ms"
