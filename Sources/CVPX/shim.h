#pragma once
#include <vpx/vpx_encoder.h>
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

// `vpx_codec_control` is a variadic macro, which Swift cannot call.
static inline vpx_codec_err_t oriel_vpx_control_int(vpx_codec_ctx_t *context, int id, int value) {
  return vpx_codec_control_(context, id, value);
}

// `vpx_codec_enc_init` is a macro that adds an ABI version, which Swift cannot import.
static inline vpx_codec_err_t oriel_vpx_enc_init_vp8(vpx_codec_ctx_t *context, const vpx_codec_enc_cfg_t *configuration) {
  return vpx_codec_enc_init(context, vpx_codec_vp8_cx(), configuration, 0);
}

static inline vpx_codec_err_t oriel_vpx_dec_init_vp8(vpx_codec_ctx_t *context) {
  return vpx_codec_dec_init(context, vpx_codec_vp8_dx(), NULL, 0);
}

static inline vpx_codec_err_t oriel_vpx_control_active_map(vpx_codec_ctx_t *context, vpx_active_map_t *map) {
  return vpx_codec_control_(context, VP8E_SET_ACTIVEMAP, map);
}
