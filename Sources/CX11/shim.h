#pragma once
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/Xatom.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xcomposite.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/Xfixes.h>
#include <X11/extensions/Xrandr.h>
#include <X11/extensions/dpms.h>
#include <X11/extensions/XRes.h>
#include <X11/extensions/shape.h>
#include <sys/ipc.h>
#include <sys/shm.h>

/// `XDestroyImage` is a macro over the image's own function table.
static inline int oriel_destroy_image(XImage *image) { return XDestroyImage(image); }

/// The bits of an id that its client chooses; the other bits identify the client. Source: X protocol, connection set-up.
static inline XID oriel_resource_mask(Display *display) { return ((_XPrivDisplay)display)->private4; }

/// Allocates a resource id; no resource needs to be created for it.
static inline XID oriel_new_id(Display *display) { return XAllocID(display); }
