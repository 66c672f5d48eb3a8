#define _GNU_SOURCE  // wcwidth

#include "clineedit.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "editor.h"

static volatile sig_atomic_t interrupted, terminated, window_changed;
static void (*interrupt_handler)(void);
static GenLineCompleter completer;

// Wakes the thread that reads, which the signal need not reach.
static int wake[2] = {-1, -1};

static void on_signal(int number) {
  int saved = errno;
  *(number == SIGWINCH ? &window_changed : &interrupted) = 1;
  if (number == SIGTERM) terminated = 1;
  if (wake[1] >= 0 && write(wake[1], "", 1) < 0) errno = saved;
  if (number == SIGINT && interrupt_handler) interrupt_handler();
}

static void catch_signal(int number) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  // The second one ends the program, whatever holds it up.
  if (number == SIGTERM) action.sa_flags = SA_RESETHAND;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

void gen_line_catch_interrupts(void (*handler)(void)) {
  interrupt_handler = handler;
  if (wake[0] < 0 && pipe(wake) == 0) {
    for (int end = 0; end < 2; end++) {
      fcntl(wake[end], F_SETFL, O_NONBLOCK);
      fcntl(wake[end], F_SETFD, FD_CLOEXEC);
    }
  }
  catch_signal(SIGINT);
}

void gen_line_catch_termination(void) { catch_signal(SIGTERM); }

int gen_line_was_terminated(void) { return terminated; }

int gen_line_take_interrupt(void) {
  int was = interrupted;
  interrupted = 0;
  return was;
}

GenKeyEvent gen_line_wait_for_key(int descriptor) {
  struct pollfd sources[2] = {{descriptor, POLLIN, 0}, {wake[0], POLLIN, 0}};
  char drained[64];
  while (!interrupted) {
    if (window_changed) {
      window_changed = 0;
      return GenKeyWindow;
    }
    if (poll(sources, 2, -1) < 0) {
      if (errno != EINTR) return GenKeyTyped;
    } else if (sources[0].revents) {
      return GenKeyTyped;
    } else {
      while (read(wake[0], drained, sizeof drained) > 0) continue;
    }
  }
  return GenKeyInterrupt;
}

// The text that goes into the line when ``insert_waiting`` is called.
static char *waiting;

void gen_line_offer(char *text) {
  free(waiting);
  waiting = text;
}

// Puts the waiting text in front of the cursor. What follows it makes the editor draw the line anew:
// libedit does not after a function of ours.
static int insert_waiting(int count, int key) {
  (void)count;
  (void)key;
  if (!waiting) return 0;
  size_t length = strlen(waiting);
  char *text = realloc(waiting, length + 2);
  if (text) {
    memcpy(text + length, " ", 2);
    rl_insert_text(text);
    gen_editor_press("\x7f");
  }
  free(text ? text : waiting);
  waiting = NULL;
  return 0;
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
  int begun = end - (int)strlen(word);
  size_t skip = begun > from ? (size_t)(begun - from) : 0;
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
  while (common && ((unsigned char)matches[1][common] & 0xC0) == 0x80) common--;
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
  gen_editor_open();
  rl_add_defun("gen-insert", insert_waiting, GEN_KEY_INSERT);
  catch_signal(SIGWINCH);
  using_history();
  stifle_history(5000);
}

static const char *prompt_shown;

// The rows that a text takes in so many columns, and in which column of the last it ends.
static int rows_of(const char *text, int columns, int *column) {
  int rows = 1;
  wchar_t character;
  for (int length; (length = mbtowc(&character, text, MB_CUR_MAX)) != 0; text += length) {
    if (length < 0) length = 1;
    int width = character == L'\n' ? 0 : wcwidth(character);
    if (width > 0) *column += width;
    if (character != L'\n' && *column < columns) continue;
    rows++;
    *column = *column > columns ? width : 0;
  }
  return rows;
}

void gen_line_draw_anew(void) {
  struct winsize window;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) return;
  char *before = strndup(rl_line_buffer, (size_t)rl_point);
  int column = 0;
  int rows = rows_of(prompt_shown, window.ws_col, &column);
  if (before) rows += rows_of(before, window.ws_col, &column) - 1;
  free(before);
  if (rows > 1) printf("\x1b[%dA", rows - 1);
  printf("\r\x1b[J");
  fflush(stdout);
  rl_forced_update_display();
}

int gen_line_goes_back, gen_line_went_back;

char *gen_line_read(const char *prompt, const char *begun, int goes_back, GenLineStatus *status) {
  interrupted = window_changed = 0;
  prompt_shown = prompt;
  gen_line_goes_back = goes_back;
  gen_line_went_back = 0;
  if (begun && *begun) {
    gen_line_offer(strdup(begun));
    gen_editor_press((char[]){GEN_KEY_INSERT, 0});
  }
  gen_editor_begin();
  char *line = readline(prompt);
  gen_editor_end();
  if (gen_line_take_interrupt()) {
    // The half-typed line stays visible; go on below it.
    fputs("\n", stdout);
    fflush(stdout);
    free(line);
    line = NULL;
    *status = GenLineInterrupted;
  } else {
    *status = !line ? GenLineEnd : gen_line_went_back ? GenLineBack : GenLineOK;
  }
  return line;
}

void gen_line_erase(const char *shown, int columns) {
  int column = 0;
  printf("\x1b[%dA\r\x1b[J", rows_of(shown, columns, &column));
  fflush(stdout);
}

void gen_line_remember(const char *line) { add_history(line); }
