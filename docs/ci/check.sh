#!/bin/sh
# For any other system, and for your own terminal: one sandbox for several steps.
set -eu
python -m sandbox up --wait --port 0 --smtp-port 0 --data .sandbox-ci --json > sandbox.json
trap 'python -m sandbox down --data .sandbox-ci' EXIT
trap 'exit 1' INT TERM HUP
variables=$(python -m sandbox env --data .sandbox-ci)
eval "$variables"
python -m pytest tests --junitxml=junit.xml
python -m sandbox scenarios run scenarios/my_shop --against "$FLOUCI_BASE_URL" --junit junit-scenarios.xml --html report.html
python -m sandbox ledger verify --data .sandbox-ci
