#!/usr/bin/env bash
# The service with the demo world streaming through it. Everything it keeps is in demo/state.
set -euo pipefail
state=demo/state port=${PORT:-8600}
rm -rf "$state" && mkdir -p "$state"
export STILLWATCH_DATABASE="sqlite:///$PWD/$state/decisions.sqlite3"
export STILLWATCH_ONLINE__WINDOW_HOURS=2000 # the demo's two weeks lie in the past
STILLWATCH_TOKEN=$(stillwatch token create demo --role admin --state "$state" 2>/dev/null)
export STILLWATCH_TOKEN
stillwatch serve --state "$state" --port "$port" --accounts demo/accounts.parquet \
  --releases demo/releases.parquet 2>"$state/log.jsonl" &
service=$!
trap 'kill $service 2>/dev/null; wait $service 2>/dev/null || true' EXIT
until curl -fs "http://127.0.0.1:$port/readyz" >/dev/null; do
  kill -0 $service 2>/dev/null || { tail -n 5 "$state/log.jsonl" >&2; exit 1; }
  sleep 0.5
done
echo "the service answers at http://127.0.0.1:$port; its log is $state/log.jsonl"
echo "ask it:  curl -s http://127.0.0.1:$port/v1/decide -H 'Authorization: Bearer $STILLWATCH_TOKEN' \\"
echo "           -d '{\"account_id\": \"…\"}'        (accounts of campaigns: demo/truth)"
echo "report:  $state/results/report.html, written anew after each assessment"
stillwatch send demo/exchanges --to "http://127.0.0.1:$port" --rate "${RATE:-2000}"
echo "everything was sent; the service goes on until Ctrl-C"
wait $service
