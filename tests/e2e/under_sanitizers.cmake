# What the presets asan-e2e and tsan-e2e leave out of the tests of whole programs, and why. A sanitizer makes a run
# several times as slow; what is left out runs without one in every `./bootstrap.sh test`.

# rookery-worker.asan beside this file turns the search for leaks off in workers: it starts a process and traces the own one,
# which the sandbox refuses. The supervisor's leaks are looked for.

set(left_out
  # Measures the memory of workers, which a sanitizer multiplies.
  one_copy_test
  # Nearly all of their time goes into LibTorch's compiler and the C++ compiler that it starts.
  package_test prepare_test
  # Preloads libraries, before which a sanitizer has to come.
  runtime_settings_test
  # Compares a long recording with values of Python: LibTorch's arithmetic.
  silero_reference_test
  # The supervisor and its files, which its own tests put under the same sanitizers more closely; workers do here
  # what they do in every run.
  cron_test output_folder_test unwritable_output_test damaged_journal_test long_recording_test progress_test
  odd_names_test content_digests_test)

# Some 30 runs each, for settings in pairs. The transcript's are kept.
set(kept_of_same_output_test
  "SameOutput.WordsOfATranscript*:SameOutput.Other*:SettingsMatrix.*")

# The others compile a package, or run what this one runs.
set(kept_of_tokens_test "Tokens.AreTheSamples*")

# tsan-e2e: data races are looked for where several workers share a process, with engine `threads`. The supervisor's
# threads are looked at more closely by its own tests, under the preset tsan.
if(CMAKE_CXX_FLAGS MATCHES "=thread")
  list(APPEND left_out
    # No run, or one that ends before workers start.
    command_line_test refusals_test
    # Workers of one process each.
    each_channel_test one_pass_test kept_vectors_test
    # Its threads are held by a tracer and made to ask for what they are refused: nothing of ours runs in them. Each
    # run of the tests that are kept has the sandbox closed.
    sandbox_test
    # Kills with force: what is left then is the same as of the worker's death in interrupted_run_test.
    nothing_left_test
    # An hour of audio takes longer than these tests wait.
    exact_demo_test)
  set(kept_of_several_models_test "SeveralModels.EachGive*")
  set(kept_of_mixed_batches_test "*MixedBatches.*/2")
  set(kept_of_damaged_recordings_test "*threads*")
  set(kept_of_bad_input_test "*threads*")
  set(kept_of_interrupted_run_test "*threads*")
  set(kept_of_worker_care_test "*threads*")
  set(kept_of_same_output_test "SameOutput.WordsOfATranscript*")
endif()
