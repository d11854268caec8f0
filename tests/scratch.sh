#!/usr/bin/env bash
# Runs a command with its temporary files in memory, where there is room: every test makes a database of its own, and
# would wait for the disk at each of its writes. What kills processes keeps its files beside the build, on the disk.
set -euo pipefail
room() { df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }'; }
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$(room)" -ge $((6 * 1024 * 1024)) ]; then
	TMPDIR=$(mktemp -d /dev/shm/rightline-tests-XXXXXX)
	trap 'rm -rf "$TMPDIR"' EXIT
	# PostgreSQL runs as a user of its own.
	chmod 711 "$TMPDIR"
	export TMPDIR
fi
"$@"
