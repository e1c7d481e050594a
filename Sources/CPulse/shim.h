#pragma once
#include <pulse/pulseaudio.h>

/// Floats of this machine's byte order at 48 kHz.
static inline pa_sample_spec oriel_sample_spec(uint8_t channels) {
  pa_sample_spec spec = {.format = PA_SAMPLE_FLOAT32NE, .rate = 48000, .channels = channels};
  return spec;
}

/// A channel map of these `pa_channel_position_t` values.
static inline pa_channel_map oriel_channel_map(const int32_t *places, uint8_t channels) {
  pa_channel_map map;
  pa_channel_map_init(&map);
  map.channels = channels;
  for (int i = 0; i < channels; i++) map.map[i] = (pa_channel_position_t)places[i];
  return map;
}

/// The loudest channel's volume in decibels: 0 is full volume, less is quieter.
static inline double oriel_decibels(pa_cvolume volume) { return pa_sw_volume_to_dB(pa_cvolume_max(&volume)); }

/// Whether the volume of every channel is zero.
static inline int oriel_is_zero(pa_cvolume volume) { return pa_cvolume_is_muted(&volume); }

/// Connects a record stream that gets `fragment` bytes at a time, and that the server must not move to another source.
static inline int oriel_connect_record(pa_stream *stream, const char *source, uint32_t fragment, uint32_t longest) {
  pa_buffer_attr attributes = {
    .maxlength = longest, .fragsize = fragment, .tlength = (uint32_t)-1, .prebuf = (uint32_t)-1, .minreq = (uint32_t)-1};
  return pa_stream_connect_record(stream, source, &attributes, PA_STREAM_ADJUST_LATENCY | PA_STREAM_DONT_MOVE);
}

/// Connects, and does not start a server if none is running.
static inline int oriel_connect(pa_context *context, const char *server) {
  return pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, 0);
}

static inline pa_operation *oriel_subscribe(pa_context *context, int clients) {
  return pa_context_subscribe(
    context,
    PA_SUBSCRIPTION_MASK_SERVER | PA_SUBSCRIPTION_MASK_SOURCE | PA_SUBSCRIPTION_MASK_SINK | PA_SUBSCRIPTION_MASK_SINK_INPUT
      | (clients ? PA_SUBSCRIPTION_MASK_CLIENT : 0),
    0, 0);
}
