#ifndef CZEROMQ_H
#define CZEROMQ_H

// Sockets of ZeroMQ. The library is opened when the first context is made: linked, it would cost
// every start of the program the 2 ms that its own libraries take to load. One thread for each
// context and its sockets.

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  GenZMQRouter = 6,     // ZMQ_ROUTER
  GenZMQPublisher = 9,  // ZMQ_XPUB
} GenZMQKind;

// NULL when the library is not there; see gen_zmq_reason.
void *gen_zmq_context(void);

// Closes the context once its sockets are closed; waits a second at most for what is still to be sent.
void gen_zmq_end(void *context);

// A socket that listens at an endpoint such as "tcp://127.0.0.1:5555"; NULL when that cannot be.
// Messages longer than `longest` bytes end the connection that they come from.
void *gen_zmq_bind(void *context, GenZMQKind kind, const char *endpoint, long long longest);

void gen_zmq_close(void *socket);

// Sends one frame; `more` says that the message goes on. 0 when it is on its way.
int gen_zmq_send(void *socket, const void *bytes, size_t count, int more);

// Takes one frame without waiting: its malloc'd bytes, or NULL when none is there.
void *gen_zmq_receive(void *socket, size_t *count, int *more);

// Waits for frames, or for the descriptor to become readable; at most so many milliseconds. Bit i
// stands for socket i, bit `count` for the descriptor.
unsigned gen_zmq_poll(void *const *sockets, int count, int descriptor, long milliseconds);

// Why the last call failed.
const char *gen_zmq_reason(void);

#ifdef __cplusplus
}
#endif
#endif
