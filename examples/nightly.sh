#!/bin/sh
# Brings last night's export of another system in; for cron:  15 2 * * *  /opt/rapport/nightly.sh
#
# EXPORT is the file, MAP the map for it; RAPPORT_SERVER and RAPPORT_TOKEN say where and as whom. A
# second run does no harm, so that a night that failed is made good by the next.
set -eu

EXPORT=${EXPORT:-/var/lib/exports/candidates.json}
MAP=${MAP:-greenhouse}
LOCK=${LOCK:-/tmp/rapport-nightly.lock}

exec 9>"$LOCK"
flock -n 9 || { echo "the last run is still at it" >&2; exit 0; }

status=0
rapport import "$EXPORT" --map "$MAP" --server "$RAPPORT_SERVER" --rejected "$EXPORT.rejected.jsonl" || status=$?
case $status in
0) ;;
2) echo "some records were rejected: mend $EXPORT.rejected.jsonl and import that file" >&2 ;;
*) echo "the import stopped; the next run does the rest" >&2 ;;
esac
exit "$status"
