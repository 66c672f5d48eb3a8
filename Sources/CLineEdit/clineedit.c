#include "clineedit.h"

#include <editline/readline.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;
static void (*interrupt_handler)(void);
static GenLineCompleter completer;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
  if (interrupt_handler) interrupt_handler();
}

void gen_line_catch_interrupts(void (*handler)(void)) {
  interrupt_handler = handler;
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
  using_history();
  stifle_history(5000);
}

static const char *begun_line;

// libedit empties the line after its hooks for the start, so the text goes in when it first waits
// for a key; the prompt stands already and is drawn again over itself.
static int begin_line(void) {
  if (begun_line) {
    fputs("\r", stdout);
    rl_insert_text(begun_line);
    rl_forced_update_display();
    begun_line = NULL;
  }
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, -1) != 0 || interrupted) rl_event_hook = NULL;
  return 0;
}

char *gen_line_read(const char *prompt, const char *begun, GenLineStatus *status) {
  interrupted = 0;
  begun_line = begun;
  rl_event_hook = begun && *begun ? (rl_hook_func_t *)begin_line : NULL;
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
