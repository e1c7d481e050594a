#pragma once
#include <png.h>

// Blue, green and red, one byte each.
static inline png_uint_32 oriel_png_format_bgr(void) { return PNG_FORMAT_BGR; }

static inline png_uint_32 oriel_png_image_version(void) { return PNG_IMAGE_VERSION; }

// An upper bound of the image's size as a PNG, in bytes.
static inline size_t oriel_png_size_limit(const png_image *image) { return PNG_IMAGE_PNG_SIZE_MAX(*image); }
