#!/usr/bin/env bash
# What `make dist` made, as its users meet it: the wheel in a fresh environment, with nothing else in the path, makes a zip for each
# architecture of Lambda. Usage: dist.sh FOLDER, where the wheel is.
set -euo pipefail

dist=$(cd "${1:?usage: dist.sh FOLDER}" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/python -m pip install --quiet --no-index "$dist"/*.whl
alone=(env -i "PATH=$folder/venv/bin" "HOME=$folder" nozzle)

"${alone[@]}" init orders-cdc
cd orders-cdc
for architecture in x86_64 arm64; do
    "${alone[@]}" package --arch "$architecture" --out "$architecture.zip" 2>&1 | sed '/^$/,$d'
done
test -f ../venv/lib/nozzle/deploy/sam/function.yaml
