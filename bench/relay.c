/*
 * The limit in C: what bench/relay_server.ts does, without a runtime. One thread and epoll; whatever
 * is sent is appended to one shared log, up to the last newline of what was read, and every client
 * writes from its own place to the end, what it sent itself included. No names, no past, no bounds:
 * a client's first chunk is answered with a welcome.
 *
 * The log is one ring of virtual memory. Whoever falls behind by all of it is ended: the load
 * generator lets nobody fall behind by more than a few MiB.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, MOST_AT_ONCE = 256 * 1024, CLIENTS = 65536, EVENTS = 1024 };
static const size_t RING = 64 * 1024 * 1024;

struct client {
  char kept[CHUNK]; /* The beginning of a line whose end has not come yet. */
  size_t count;
  size_t place; /* In the log, in bytes since its beginning. */
  int in, blocked;
};

static char *ring;
static size_t end;
static struct client *clients[CLIENTS];
static int highest, poller;

static void leave(int fd) {
  close(fd);
  free(clients[fd]);
  clients[fd] = NULL;
}

/* Waits for writing as well when the kernel takes no more, and only then. */
static void wait_for(int fd, int writing) {
  if (clients[fd]->blocked == writing) return;
  clients[fd]->blocked = writing;
  struct epoll_event event = { .events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.fd = fd };
  epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
}

static void write_rest(int fd) {
  struct client *client = clients[fd];
  while (client->place < end) {
    size_t at = client->place % RING, count = end - client->place;
    if (count > RING) return leave(fd);
    if (count > RING - at) count = RING - at;
    if (count > MOST_AT_ONCE) count = MOST_AT_ONCE;
    ssize_t done = send(fd, ring + at, count, MSG_NOSIGNAL);
    if (done < 0 && errno == EAGAIN) return wait_for(fd, 1);
    if (done < 0) return leave(fd);
    client->place += done;
  }
  wait_for(fd, 0);
}

static void append(const char *bytes, size_t count) {
  size_t at = end % RING, first = count < RING - at ? count : RING - at;
  memcpy(ring + at, bytes, first);
  memcpy(ring, bytes + first, count - first);
  end += count;
}

/* Reads what there is, once. @return Whether the log has grown. */
static int read_some(int fd) {
  struct client *client = clients[fd];
  ssize_t count = read(fd, client->kept + client->count, CHUNK - client->count);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count <= 0) return leave(fd), 0;
  if (!client->in) {
    client->in = 1;
    client->place = end;
    if (send(fd, "Welcome, you!\n", 14, MSG_NOSIGNAL) < 0) leave(fd);
    return 0;
  }
  client->count += count;
  char *newline = memrchr(client->kept, '\n', client->count);
  size_t whole = newline ? (size_t)(newline - client->kept) + 1 : client->count < CHUNK ? 0 : CHUNK;
  append(client->kept, whole);
  memmove(client->kept, client->kept + whole, client->count -= whole);
  return whole > 0;
}

static void take_in(int listener) {
  int fd, yes = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= CLIENTS || !(clients[fd] = calloc(1, sizeof(struct client)))) { close(fd); continue; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    if (fd > highest) highest = fd;
  }
}

int main(void) {
  ring = malloc(RING);
  poller = epoll_create1(0);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  if (!ring || bind(listener, (struct sockaddr *)&address, length) < 0 ||
      listen(listener, SOMAXCONN) < 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) < 0) return perror("relay"), 1;
  struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[EVENTS];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  printf("relay is listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(poller, events, EVENTS, -1), grown = 0;
    for (int n = 0; n < count; n++) {
      int fd = events[n].data.fd;
      if (fd == listener) take_in(listener);
      else if (clients[fd] && events[n].events & ~EPOLLOUT) grown |= read_some(fd);
      if (fd != listener && clients[fd] && events[n].events & EPOLLOUT) write_rest(fd);
    }
    /* Once for all that was read in this turn, as a server does that is not in a hurry. */
    for (int fd = 0; grown && fd <= highest; fd++)
      if (clients[fd] && clients[fd]->in && !clients[fd]->blocked) write_rest(fd);
  }
}
