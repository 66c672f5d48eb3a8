#include "clineedit.h"

#include <editline/readline.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static volatile sig_atomic_t interrupted;
static void (*interrupt_handler)(void);
static GenLineCompleter completer;

// Wakes the thread that reads, which the signal need not reach.
static int wake[2] = {-1, -1};

static void on_interrupt(int number) {
  (void)number;
  int saved = errno;
  interrupted = 1;
  if (wake[1] >= 0 && write(wake[1], "", 1) < 0) errno = saved;
  if (interrupt_handler) interrupt_handler();
}

void gen_line_catch_interrupts(void (*handler)(void)) {
  interrupt_handler = handler;
  if (wake[0] < 0 && pipe(wake) == 0) {
    for (int end = 0; end < 2; end++) {
      fcntl(wake[end], F_SETFL, O_NONBLOCK);
      fcntl(wake[end], F_SETFD, FD_CLOEXEC);
    }
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

int gen_line_take_interrupt(void) {
  int was = interrupted;
  interrupted = 0;
  return was;
}

// What is still to be read as if it were typed.
static const char *begun_line = "";

// Waits for a key or Ctrl-C; whether it was a key.
static int wait_for_key(int descriptor) {
  struct pollfd sources[2] = {{descriptor, POLLIN, 0}, {wake[0], POLLIN, 0}};
  char drained[64];
  while (!interrupted) {
    if (poll(sources, 2, -1) < 0) {
      if (errno != EINTR) return 1;
    } else if (sources[0].revents) {
      return 1;
    } else {
      while (read(wake[0], drained, sizeof drained) > 0) continue;
    }
  }
  return 0;
}

// The next character typed, for libedit a wide one; -1 at the end and when Ctrl-C was pressed.
static int next_character(FILE *input) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  for (;;) {
    char byte;
    if (*begun_line) {
      byte = *begun_line++;
    } else {
      if (!wait_for_key(fileno(input))) return -1;
      ssize_t count = read(fileno(input), &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return -1;
    }
    wchar_t character;
    size_t length = mbrtowc(&character, &byte, 1, &state);
    if (length == (size_t)-1) return 0xFFFD;
    if (length != (size_t)-2) return (int)character;
  }
}

// readline wants {common prefix, candidate, …, NULL}; with one candidate, only that.
static char **complete(const char *word, int start, int end) {
  (void)start;
  rl_attempted_completion_over = 1;
  if (!completer) return NULL;
  int from = 0;
  char **found = NULL;
  int count = completer(rl_line_buffer, end, &from, &found);
  if (count <= 0 || !found) return NULL;
  // The library replaces its own idea of the word; candidates begin at `from`, which may be earlier.
  size_t skip = end - (int)strlen(word) > from ? (size_t)(end - (int)strlen(word) - from) : 0;
  char **matches = calloc((size_t)count + 2, sizeof *matches);
  if (!matches) return NULL;
  size_t common = 0;
  for (int i = 0; i < count; i++) {
    const char *tail = strlen(found[i]) >= skip ? found[i] + skip : found[i];
    matches[i + 1] = strdup(tail);
    if (i == 0) common = strlen(tail);
    while (common && strncmp(matches[1], tail, common) != 0) common--;
    free(found[i]);
  }
  free(found);
  matches[0] = strndup(matches[1], common);
  if (count == 1) {
    free(matches[1]);
    matches[1] = NULL;
  }
  return matches;
}

void gen_line_open(const char *program, GenLineCompleter with) {
  // libedit fails on a UTF-8 prompt in a locale that is not UTF-8.
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  rl_readline_name = program;
  completer = with;
  rl_attempted_completion_function = complete;
  rl_completion_append_character = 0;
  rl_getc_function = next_character;
  using_history();
  stifle_history(5000);
}

char *gen_line_read(const char *prompt, const char *begun, GenLineStatus *status) {
  interrupted = 0;
  begun_line = begun ? begun : "";
  char *line = readline(prompt);
  if (line) {
    *status = GenLineOK;
  } else if (gen_line_take_interrupt()) {
    // The half-typed line stays visible; go on below it.
    fputs("\n", stdout);
    fflush(stdout);
    *status = GenLineInterrupted;
  } else {
    *status = GenLineEnd;
  }
  return line;
}

void gen_line_remember(const char *line) { add_history(line); }
