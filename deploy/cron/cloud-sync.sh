#!/bin/sh
# cloud-sync.sh MODULE, e.g. tencent.sync_machines: one run for the event in MODULE.json, with a lock.
# Writes nothing unless the run fails.
set -eu

module=$1
home=${CLOUD_SYNC_HOME:-/opt/cloud-sync}
settings=${CLOUD_SYNC_SETTINGS:-/etc/cloud-sync}
locks=${CLOUD_SYNC_LOCKS:-/run/lock}
attempts=3
retry_seconds=${CLOUD_SYNC_RETRY_SECONDS:-60}

cd "$home"
set -a
. "$settings/settings.env"
set +a

command -v flock >/dev/null || {
    echo "functions.$module was not run: flock is missing, install util-linux"
    exit 1
}
# The run before is still going, and will report itself.
exec 9>"$locks/cloud-sync-$module.lock"
flock --nonblock 9 || exit 0

output=$(mktemp)
trap 'rm -f "$output"' EXIT

attempt=1
while :; do
    code=0
    .venv/bin/python -m "functions.$module" - <"$settings/$module.json" >"$output" 2>&1 || code=$?
    # 75: a retry may help.
    if [ "$code" -ne 75 ] || [ "$attempt" -eq "$attempts" ]; then break; fi
    attempt=$((attempt + 1))
    sleep "$retry_seconds"
done

if [ "$code" -ne 0 ]; then
    echo "functions.$module ended with exit code $code after $attempt of $attempts attempts:"
    cat "$output"
fi
exit "$code"
