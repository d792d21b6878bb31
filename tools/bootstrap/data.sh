# Models, recordings and reference values made by the scripts in tools/, each once for each state of
# those scripts.
# shellcheck shell=bash

# made OUT SCRIPT ARGUMENTS...: OUT holds what tools/SCRIPT --out OUT ARGUMENTS writes.
made() {
  local out=$1 script=$2 key
  shift 2
  key=$(digest_of "$script" "$@" -- tools/*.py "$venv/installed")
  is_stamped "$out.made" "$key" && return
  rm -rf "$out" "$out.made"
  mkdir -p "$(dirname "$out")"
  step "making $out" "$venv/bin/python" "tools/$script" --out "$out" "$@"
  stamp "$out.made" "$key"
}

# make_test_data OUT: all that tests read.
make_test_data() {
  made "$1/models" make_test_models.py
  made "$1/packages" make_test_packages.py --models "$1/models"
  made "$1/log-mel" log_mel_reference.py
  made "$1/dtmf-model" make_dtmf_model.py
  made "$1/dtmf-ctc-model" make_dtmf_model.py --kind ctc
  made "$1/dtmf-embedding-model" make_dtmf_model.py --kind embedding
  made "$1/dtmf-hour" make_dtmf_hour.py
  made "$1/silero-model" export_silero_vad.py
  made "$1/speech" make_speech_demo.py
  made "$1/speech-16k" make_speech_demo.py --rate 16000
  made "$1/silero-reference.f32" silero_reference.py --model "$1/silero-model" \
    --recording "$1/speech-16k/recordings/speech.wav"
  made "$1/silero-carry-model" export_silero_vad.py --state carry
  made "$1/silero-package.f32" silero_reference.py --package \
    --recording "$1/speech-16k/recordings/speech.wav"
  made "$1/encoder" make_encoder.py --layers 1 --width 32 --heads 4 --inside 64 --vocabulary 100 \
    --lengths 8 32 --frozen
  made "$1/weighty-model" make_weighty_model.py --megabytes 100
}

# make_demo OUT: two models, and for each recordings with the truth about them.
make_demo() {
  made "$1/dtmf-model" make_dtmf_model.py
  made "$1/dtmf" make_dtmf_hour.py
  made "$1/silero-model" export_silero_vad.py
  made "$1/speech" make_speech_demo.py
}
