#!/bin/sh -e
# mypy takes a package's name from its folder, and a clone may have any name: check through a link.
mkdir -p .types
ln -sfn "$PWD" .types/warmtenet
cd .types
python -m mypy --config-file ../pyproject.toml --exclude '/(tests|benchmarks|build|\.types)/' warmtenet
