#pragma once
#include <nice/agent.h>
#include <nice/interfaces.h>
#include <stun/stunagent.h>
#include <stun/usages/bind.h>
#include <stun/usages/turn.h>
#include <glib-unix.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

// `g_object_set` is variadic, which Swift cannot call.
static inline void oriel_nice_set_boolean(NiceAgent *agent, const char *property, gboolean value) {
  g_object_set(agent, property, value, NULL);
}

static inline void oriel_nice_set_uint(NiceAgent *agent, const char *property, guint value) {
  g_object_set(agent, property, value, NULL);
}

static inline void oriel_nice_set_string(NiceAgent *agent, const char *property, const char *value) {
  g_object_set(agent, property, value, NULL);
}

static inline gboolean oriel_nice_get_boolean(NiceAgent *agent, const char *property) {
  gboolean value = FALSE;
  g_object_get(agent, property, &value, NULL);
  return value;
}

// libnice crashes on a 403 response to a connectivity check before a pair is selected, if its STUN agents were created with
// consent freshness on. They are created with the stream. If the property is set after that, consent still works, and a 403
// is one more failed check. It is a construct-only property, so this calls the class's setter.
static inline void oriel_nice_set_consent_freshness(NiceAgent *agent, gboolean value) {
  GObjectClass *object_class = G_OBJECT_GET_CLASS(agent);
  GParamSpec *property = g_object_class_find_property(object_class, "consent-freshness");
  if (property == NULL) return;
  GValue wanted = G_VALUE_INIT;
  g_value_init(&wanted, G_TYPE_BOOLEAN);
  g_value_set_boolean(&wanted, value);
  object_class->set_property(G_OBJECT(agent), property->param_id, &wanted, property);
  g_value_unset(&wanted);
}

// The members of GLib's GSourceFuncs differ between releases; only the dispatcher is needed.
static inline GSource *oriel_source_new(gboolean (*dispatch)(GSource *, GSourceFunc, gpointer)) {
  static GSourceFuncs functions;
  functions.dispatch = dispatch;
  return g_source_new(&functions, sizeof(GSource));
}

static inline int oriel_socket_descriptor(GSocket *socket) { return g_socket_get_fd(socket); }

// `sendmmsg` is declared for _GNU_SOURCE only, which Swift does not set.
struct oriel_mmsghdr {
  struct msghdr header;
  unsigned int length;
};
int oriel_sendmmsg(int descriptor, struct oriel_mmsghdr *messages, unsigned int count, int flags) __asm__("sendmmsg");

// Sends parts of equal size (the last may be shorter) to one address as one UDP segmentation offload. Returns the result of
// `sendmsg`.
static inline ssize_t oriel_send_segments(
    int descriptor, const void *address, socklen_t address_length, struct iovec *parts, size_t count, uint16_t segment) {
  char control[CMSG_SPACE(sizeof(uint16_t))];
  memset(control, 0, sizeof control);
  struct msghdr message = {
      .msg_name = (void *)address,
      .msg_namelen = address_length,
      .msg_iov = parts,
      .msg_iovlen = count,
      .msg_control = control,
      .msg_controllen = sizeof control,
  };
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_UDP;
  header->cmsg_type = 103;  // UDP_SEGMENT, which older headers lack
  header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
  memcpy(CMSG_DATA(header), &segment, sizeof segment);
  return sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Makes the kernel drop STUN messages whose length field exceeds `limit`: direct ones, and those that a TURN server forwards in
// a ChannelData message or a Data indication (whose first attribute is the peer's address or the data). Returns 0, or -1 if the
// kernel has no such filters. A UDP socket's filter sees the UDP header first; a read past the end drops the packet.
// Source: RFC 8489 section 5, RFC 8656 sections 11.4 and 12.4, and the kernel's Documentation/networking/filter.rst.
static inline int oriel_limit_stun(int descriptor, uint16_t limit) {
  enum { payload = 8, channel_data = 10, indication = 12, inner = 22, accept = 28, drop = 29 };
  const uint32_t cookie = 0x2112A442, data_indication = 0x0017, data = 0x0013;
#define ORIEL_TO(at, target) ((uint8_t)((target) - (at) - 1))
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, payload),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x80, ORIEL_TO(1, accept), 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40, ORIEL_TO(2, channel_data), 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x04, ORIEL_TO(3, accept), 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, payload + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, cookie, 0, ORIEL_TO(5, accept)),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, payload),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, data_indication, ORIEL_TO(7, indication), 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, payload + 2),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, limit, ORIEL_TO(9, drop), ORIEL_TO(9, accept)),
      // channel_data: the peer's message begins after four bytes.
      BPF_STMT(BPF_LDX | BPF_IMM, payload + 4),
      BPF_JUMP(BPF_JMP | BPF_JA, inner - 12, 0, 0),
      // indication: the header is followed by the data, or by the peer's address first: 8 bytes for IPv4 or 20 for IPv6.
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, payload + 20),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, data, 0, ORIEL_TO(13, 16)),
      BPF_STMT(BPF_LDX | BPF_IMM, payload + 24),
      BPF_JUMP(BPF_JMP | BPF_JA, inner - 16, 0, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, payload + 22),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 8, 0, ORIEL_TO(17, 20)),
      BPF_STMT(BPF_LDX | BPF_IMM, payload + 36),
      BPF_JUMP(BPF_JMP | BPF_JA, inner - 20, 0, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 20, 0, ORIEL_TO(20, accept)),
      BPF_STMT(BPF_LDX | BPF_IMM, payload + 48),
      // inner: the peer's message begins at X.
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x04, ORIEL_TO(23, accept), 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_IND, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, cookie, 0, ORIEL_TO(25, accept)),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, limit, ORIEL_TO(27, drop), ORIEL_TO(27, accept)),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
#undef ORIEL_TO
  struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

// GLib's functions for signals are macros.
static inline void oriel_connect(NiceAgent *agent, const char *signal, GCallback callback, gpointer data) {
  g_signal_connect(agent, signal, callback, data);
}

static inline void oriel_disconnect_signals(NiceAgent *agent, gpointer data) {
  g_signal_handlers_disconnect_by_data(agent, data);
}
