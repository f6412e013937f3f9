"""Puts the list of a bootstrap's crates into the bootstrap: `make dist`.

The section `.dep-v0` is that of `cargo auditable`, which scanners of binaries read. `cargo auditable` itself asks `cargo
metadata`, which unites the features of the whole workspace: of a bootstrap it would list the compiler and the S3 client that
are not in it. `cargo tree` of the one package tells what is.
"""

import argparse
import json
import re
import subprocess
import tempfile
import zlib

SECTION = ".dep-v0"

# A line of the tree: how deep, name, version, and for a crate of no registry where it is.
LINE = re.compile(r"(?P<depth>\d+)(?P<name>\S+) v(?P<version>\S+)(?: \((?P<place>[^*][^)]*)\))?(?: \(\*\))?")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bootstrap")
    parser.add_argument("--target", required=True, help="the triple that it was built for")
    parser.add_argument("--features", default="")
    parser.add_argument("--objcopy", default="objcopy")
    arguments = parser.parse_args()
    listed = json.dumps({"packages": packages(arguments.target, arguments.features)}, separators=(",", ":"))
    with tempfile.NamedTemporaryFile() as section:
        section.write(zlib.compress(listed.encode(), 9))
        section.flush()
        add = ["--remove-section", SECTION, "--add-section", f"{SECTION}={section.name}"]
        subprocess.run([arguments.objcopy, *add, arguments.bootstrap], check=True)


def packages(target, features):
    """Each crate once, sorted; what it depends on by place in the list."""
    edges = {}
    path = []
    for line in tree(target, features):
        package = LINE.fullmatch(line)
        depth = int(package["depth"])
        del path[depth:]
        one = (package["name"], package["version"], "local" if package["place"] else "crates.io")
        edges.setdefault(one, set())
        if path:
            edges[path[-1]].add(one)
        else:
            root = one
        path.append(one)
    order = sorted(edges)
    return [entry(one, one == root, sorted(map(order.index, edges[one]))) for one in order]


def entry(one, is_root, dependencies):
    name, version, source = one
    listed = {"name": name, "version": version, "source": source}
    if dependencies:
        listed["dependencies"] = dependencies
    if is_root:
        listed["root"] = True
    return listed


def tree(target, features):
    command = ["cargo", "tree", "--locked", "--package", "nozzle-lambda", "--edges", "normal,no-proc-macro"]
    command += ["--target", target, "--features", features, "--prefix", "depth"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return output.splitlines()


if __name__ == "__main__":
    main()
