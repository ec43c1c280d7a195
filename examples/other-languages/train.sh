#!/bin/sh
# A pipeline in any language joins a notebook by HTTP: here a shell with curl. LOOPBOOK_URL and LOOPBOOK_TOKEN say where.
# (A program that is started anyway needs none of this: loopbook exec -- ./program)
set -eu
: "${LOOPBOOK_URL:?}" "${LOOPBOOK_TOKEN:?}"
notebook=${1:-shell.ipynb}
run="run_$(date +%s)$$$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')"
writer="shell-$$"
line=0

call() { curl --fail --silent --show-error -H "Authorization: Bearer $LOOPBOOK_TOKEN" "$@"; }
now() { date +%s.%N; }

# A line of JSON for each thing that is told; offsets count lines, so the same line sent twice counts once.
tell() {
  call -X POST "$LOOPBOOK_URL/api/attached/$run/log/$writer?offset=$line" \
    -H 'Content-Type: application/x-ndjson' --data-binary "$1
" >/dev/null
  line=$((line + 1))
}

call -X POST "$LOOPBOOK_URL/api/attached" -H 'Content-Type: application/json' --data-binary '{
  "runId": "'"$run"'", "name": "shell", "notebook": "'"$notebook"'", "started": '"$(now)"',
  "writer": { "id": "'"$writer"'", "rank": 0, "pid": '$$', "host": "'"$(hostname)"'", "language": "sh" },
  "parameters": [{ "name": "epochs", "type": "int", "value": 5 }]
}' >/dev/null

for epoch in 1 2 3 4 5; do
  loss=$(awk "BEGIN { print 1 / $epoch }")
  tell '{"type":"metrics","time":'"$(now)"',"step":'$epoch',"values":{"loss":'"$loss"'}}'
  tell '{"type":"log","time":'"$(now)"',"level":"info","text":"epoch '$epoch' done"}'
done
tell '{"type":"end","time":'"$(now)"',"status":"completed","exitCode":0}'
echo "$run"
