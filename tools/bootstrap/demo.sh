# The demo: two models on recordings whose truth is known.
# shellcheck shell=bash

readonly demo=build/demo

# demo_run KIND MODEL "title": runs the model on the recordings of KIND, shows and checks what it found.
demo_run() {
  local kind=$1 model=$demo/$2 out=$demo/out-$1
  say "" "== $3"
  # The demo's own folder: it runs afresh each time, where a user's would be resumed or refused.
  rm -rf "$out"
  say "\$ build/release/bin/rookery run --model $model --out $out $demo/$kind/recordings"
  build/release/bin/rookery run --model "$model" --out "$out" "$demo/$kind/recordings" ||
    fail "the $kind run ended with exit code $?; what it wrote is in $out"
  say "the first of $(wc -l <"$out/detections.jsonl") rows in $out/detections.jsonl:"
  head -n 3 "$out/detections.jsonl"
  say "compared with what was placed in the recordings:"
  "$venv/bin/python" tools/check_demo.py "$kind" --detections "$out/detections.jsonl" \
    --truth "$demo/$kind/truth.jsonl" || fail "the $kind run did not find what was placed"
}

run_demo() {
  make_demo "$demo"
  demo_run speech silero-model "speech: silero-vad on recorded voices, joined with pauses"
  demo_run dtmf dtmf-model "dtmf: a recogniser of computed weights on an hour of dialled digits"
  say "" "Both agree with the truth. Your own: build/release/bin/rookery run --model DIR --out DIR FOLDER"
}
