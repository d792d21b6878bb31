# What the preset asan-e2e leaves out of the tests of whole programs, and why. A sanitizer makes a run several
# times as slow; what is left out runs without one in every `./bootstrap.sh test`.

# rookery-worker.asan beside this file turns the search for leaks off in workers: it starts a process and traces the own one,
# which the sandbox refuses. The supervisor's leaks are looked for.

set(left_out
  # Measures the memory of workers, which a sanitizer multiplies.
  one_copy_test
  # Nearly all of their time goes into LibTorch's compiler and the C++ compiler that it starts.
  package_test prepare_test
  # Compares a long recording with values of Python: LibTorch's arithmetic.
  silero_reference_test
  # The supervisor and its files, which its own tests put under the same sanitizers more closely; workers do here
  # what they do in every run.
  cron_test output_folder_test unwritable_output_test damaged_journal_test long_recording_test progress_test
  odd_names_test content_digests_test)

# Some 30 runs each, for settings in pairs. The transcript's are kept.
set(kept_of_same_output_test
  "SameOutput.WordsOfATranscript*:SameOutput.Other*:SettingsMatrix.*")
