#pragma once
#include <soxr.h>

/// A resampler of interleaved floats whose ratio of input to output may change at any time, up to `most`.
static inline soxr_t oriel_variable_resampler(unsigned channels, double most) {
  soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, SOXR_VR);
  soxr_error_t error = 0;
  soxr_t resampler = soxr_create(most, 1, channels, &error, 0, &quality, 0);
  return error ? 0 : resampler;
}

/// Sets the ratio of input to output from the next sample on. Returns 0 on success.
static inline int oriel_set_ratio(soxr_t resampler, double ratio) { return soxr_set_io_ratio(resampler, ratio, 0) != 0; }

/// Returns 0 on success.
static inline int oriel_resample(
  soxr_t resampler, const float *input, size_t count, size_t *taken, float *output, size_t room, size_t *given) {
  return soxr_process(resampler, input, count, taken, output, room, given) != 0;
}
