#include "czeromq.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

// The functions of the library, each under its own name with the type that its header gives it.
#define FUNCTIONS(USE)                                                                             \
  USE(zmq_ctx_new) USE(zmq_ctx_term) USE(zmq_socket) USE(zmq_setsockopt) USE(zmq_bind)             \
  USE(zmq_close) USE(zmq_send) USE(zmq_msg_init) USE(zmq_msg_recv) USE(zmq_msg_data)               \
  USE(zmq_msg_size) USE(zmq_msg_more) USE(zmq_msg_close) USE(zmq_poll) USE(zmq_errno)              \
  USE(zmq_strerror)

static struct {
#define MEMBER(name) __typeof__(&name) name;
  FUNCTIONS(MEMBER)
} library;

static const char *missing;

static int load(void) {
  static int is_loaded;
  if (is_loaded) return 1;
  void *handle = dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    missing = dlerror();
    return 0;
  }
#define FIND(name)                                                                                 \
  if (!(library.name = (__typeof__(&name))dlsym(handle, #name))) {                                 \
    missing = dlerror();                                                                           \
    return 0;                                                                                      \
  }
  FUNCTIONS(FIND)
  return is_loaded = 1;
}

void *gen_zmq_context(void) { return load() ? library.zmq_ctx_new() : NULL; }

void gen_zmq_end(void *context) { library.zmq_ctx_term(context); }

void *gen_zmq_bind(void *context, GenZMQKind kind, const char *endpoint, long long longest) {
  void *socket = library.zmq_socket(context, (int)kind);
  if (!socket) return NULL;
  const int linger = 1000, unlimited = 0;
  const int64_t limit = longest;
  library.zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  // Nothing that was to be told is left out because somebody reads slowly.
  library.zmq_setsockopt(socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
  library.zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
  // A client that comes back under its name is that client; each that subscribes is told of.
  const int yes = 1;
  const int option = kind == GenZMQRouter ? ZMQ_ROUTER_HANDOVER : ZMQ_XPUB_VERBOSE;
  library.zmq_setsockopt(socket, option, &yes, sizeof yes);
  if (library.zmq_bind(socket, endpoint) == 0) return socket;
  library.zmq_close(socket);
  return NULL;
}

void gen_zmq_close(void *socket) { library.zmq_close(socket); }

int gen_zmq_send(void *socket, const void *bytes, size_t count, int more) {
  const int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
  return library.zmq_send(socket, bytes, count, flags) < 0 ? -1 : 0;
}

void *gen_zmq_receive(void *socket, size_t *count, int *more) {
  zmq_msg_t frame;
  void *bytes = NULL;
  library.zmq_msg_init(&frame);
  if (library.zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0) {
    *count = library.zmq_msg_size(&frame);
    *more = library.zmq_msg_more(&frame);
    bytes = malloc(*count ? *count : 1);
    if (bytes) memcpy(bytes, library.zmq_msg_data(&frame), *count);
  }
  library.zmq_msg_close(&frame);
  return bytes;
}

unsigned gen_zmq_poll(void *const *sockets, int count, int descriptor, long milliseconds) {
  zmq_pollitem_t items[16];
  if (count > 15) return 0;
  memset(items, 0, sizeof items);
  for (int i = 0; i <= count; i++) {
    items[i].socket = i < count ? sockets[i] : NULL;
    items[i].fd = i < count ? 0 : descriptor;
    items[i].events = ZMQ_POLLIN;
  }
  if (library.zmq_poll(items, count + 1, milliseconds) <= 0) return 0;
  unsigned ready = 0;
  for (int i = 0; i <= count; i++) {
    if (items[i].revents & ZMQ_POLLIN) ready |= 1u << i;
  }
  return ready;
}

const char *gen_zmq_reason(void) {
  if (!library.zmq_strerror) return missing ? missing : "libzmq cannot be opened";
  return library.zmq_strerror(library.zmq_errno());
}
