// Every container and encoding the tests write.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/worker/test_recordings.h"

namespace rookery::testing {

inline std::vector<AudioKind> lossless_seekable_kinds() {
  return {
      {"wav_u8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 1, 22'050},
      {"wav_s16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2, 44'100},
      {"wav_s24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 3, 48'000},
      {"wav_s32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 1, 8'000},
      {"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2, 32'000},
      {"wav_double", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 1, 16'000},
      {"wav_alaw", SF_FORMAT_WAV | SF_FORMAT_ALAW, 1, 8'000},
      {"wav_ulaw", SF_FORMAT_WAV | SF_FORMAT_ULAW, 2, 8'000},
      {"wav_ima", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 2, 22'050},
      {"wav_ms", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 1, 11'025},
      {"wavex_8ch", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, 8, 16'000},
      {"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_24, 2, 44'100},
      {"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 2, 44'100},
      {"aiff_s16", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 2, 44'100},
      {"aiff_float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 1, 48'000},
      {"caf_s24", SF_FORMAT_CAF | SF_FORMAT_PCM_24, 2, 48'000},
      {"caf_alac", SF_FORMAT_CAF | SF_FORMAT_ALAC_16, 2, 44'100},
      {"au_s16", SF_FORMAT_AU | SF_FORMAT_PCM_16, 1, 8'000},
      {"flac_s16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2, 44'100},
      {"flac_s24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 1, 96'000},
  };
}

inline std::vector<AudioKind> lossy_kinds() {
  return {
      {"mp3_stereo", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 2, 44'100},
      {"mp3_mono", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1, 48'000},
      {"mp3_mpeg2", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1, 22'050},
      {"vorbis_stereo", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 2, 44'100},
      {"vorbis_mono", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 1, 48'000},
      {"opus_stereo", SF_FORMAT_OGG | SF_FORMAT_OPUS, 2, 48'000},
      {"opus_16k", SF_FORMAT_OGG | SF_FORMAT_OPUS, 1, 16'000},
  };
}

inline std::vector<AudioKind> serial_kinds() {
  return {
      {"wav_gsm", SF_FORMAT_WAV | SF_FORMAT_GSM610, 1, 8'000},
      {"wav_g721", SF_FORMAT_WAV | SF_FORMAT_G721_32, 1, 8'000},
      {"au_g723", SF_FORMAT_AU | SF_FORMAT_G723_40, 1, 8'000},
      {"aiff_dwvw", SF_FORMAT_AIFF | SF_FORMAT_DWVW_16, 1, 16'000},
  };
}

inline std::vector<AudioKind> all_kinds() {
  std::vector<AudioKind> all = lossless_seekable_kinds();
  for (const AudioKind& kind : lossy_kinds()) all.push_back(kind);
  for (const AudioKind& kind : serial_kinds()) all.push_back(kind);
  return all;
}

inline std::string kind_name(const ::testing::TestParamInfo<AudioKind>& info) {
  return info.param.name;
}

}  // namespace rookery::testing
