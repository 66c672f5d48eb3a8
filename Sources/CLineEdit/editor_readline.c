#ifdef GEN_LINE_READLINE

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "editor.h"

void gen_editor_press(const char *keys) {
  for (; *keys; keys++) rl_stuff_char((unsigned char)*keys);
}

// Ends the line that is read; a question of the library's own only hears of an end of the input.
static int give_up(void) {
  if (RL_ISSTATE(RL_STATE_MOREINPUT)) return EOF;
  rl_done = 1;
  return GEN_KEY_INSERT;
}

// The next byte; EOF at the end of the input.
static int next_byte(FILE *input) {
  for (;;) {
    unsigned char byte;
    GenKeyEvent event = gen_line_wait_for_key(fileno(input));
    if (event == GenKeyInterrupt) return give_up();
    if (event == GenKeyWindow) {
      rl_reset_screen_size();
      gen_line_draw_anew();
      continue;
    }
    ssize_t count = read(fileno(input), &byte, 1);
    if (count == 1) return byte;
    if (count == 0 || errno != EINTR) return EOF;
  }
}

static int line_start(int place) {
  while (place > 0 && rl_line_buffer[place - 1] != '\n') place--;
  return place;
}

// The place in the line that starts at `start`, as far from its start as the cursor is from its own.
static int place_below(int start) {
  int wanted = rl_point - line_start(rl_point);
  int place = start;
  while (place < rl_end && rl_line_buffer[place] != '\n' && place - start < wanted) place++;
  while (place > start && (rl_line_buffer[place] & 0xC0) == 0x80) place--;
  return place;
}

// The arrows go from line to line inside a cell, and through the history beyond.
static int move_up(int count, int key) {
  int start = line_start(rl_point);
  gen_line_went_back = gen_line_goes_back && start == 0;
  if (gen_line_went_back) return rl_newline(1, '\n');
  if (start == 0) return rl_get_previous_history(count, key);
  rl_point = place_below(line_start(start - 1));
  return 0;
}

static int move_down(int count, int key) {
  int end = rl_point;
  while (end < rl_end && rl_line_buffer[end] != '\n') end++;
  if (end == rl_end) return rl_get_next_history(count, key);
  rl_point = place_below(end + 1);
  return 0;
}

void gen_editor_open(void) {
  rl_getc_function = next_byte;
  // Ctrl-C and the window are watched here, whichever thread is told of them.
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_initialize();
  rl_bind_keyseq("\\e[A", move_up);
  rl_bind_keyseq("\\eOA", move_up);
  rl_bind_keyseq("\\e[B", move_down);
  rl_bind_keyseq("\\eOB", move_down);
}

void gen_editor_begin(void) {}
void gen_editor_end(void) {}

#endif
