#ifndef GEN_LINE_READLINE

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "editor.h"

// libedit knows neither pasted texts nor lines that are several: the keys for both are found here,
// before it reads them.

#define KEY_PREVIOUS_LINE 0x1C
#define KEY_NEXT_LINE 0x1D
#define KEY_MOVE 0x1F
#define ESCAPE 0x1B

static const char paste_start[] = "\x1b[200~", paste_end[] = "\x1b[201~";
static const size_t longest_paste = 16 << 20;

static char pressed[64];
static size_t pressed_count;

void gen_editor_press(const char *keys) {
  size_t count = strlen(keys);
  if (pressed_count + count > sizeof pressed) return;
  memcpy(pressed + pressed_count, keys, count);
  pressed_count += count;
}

// Where the cursor goes at KEY_MOVE: a line up or down, or to where it is in a window of another size.
static enum { GoUp, GoDown, GoNowhere } direction;

// The next byte that was typed; -1 at the end and when Ctrl-C was pressed.
static int typed_byte(int descriptor) {
  unsigned char byte;
  for (;;) {
    GenKeyEvent event = gen_line_wait_for_key(descriptor);
    if (event == GenKeyInterrupt) return -1;
    if (event == GenKeyWindow) {
      direction = GoNowhere;
      return KEY_MOVE;
    }
    ssize_t count = read(descriptor, &byte, 1);
    if (count == 1) return byte == KEY_MOVE ? 0 : byte;
    if (count == 0 || errno != EINTR) return -1;
  }
}

// A byte that was pressed for somebody, or typed.
static int next_byte(int descriptor, int *is_typed) {
  *is_typed = pressed_count == 0;
  if (*is_typed) return typed_byte(descriptor);
  unsigned char byte = (unsigned char)pressed[0];
  memmove(pressed, pressed + 1, --pressed_count);
  return byte;
}

// What was pasted: carriage returns are line breaks, tabs are spaces, other control characters are
// left out, and so are line breaks at the end, for Enter is pressed by people.
static char *pasted_text(int descriptor) {
  size_t count = 0, room = 4096, matched = 0;
  char *text = malloc(room);
  int last = 0;
  while (text && matched < sizeof paste_end - 1) {
    int byte = typed_byte(descriptor);
    if (byte < 0) break;
    if (byte == paste_end[matched]) {
      matched++;
      continue;
    }
    matched = byte == ESCAPE;
    int is_break = byte == '\r' || (byte == '\n' && last != '\r');
    last = byte;
    if ((byte < 0x20 && byte != '\t' && !is_break) || count > longest_paste) continue;
    if (count + 3 > room) {
      char *larger = realloc(text, room *= 2);
      if (!larger) break;
      text = larger;
    }
    text[count++] = is_break ? '\n' : byte == '\t' ? ' ' : (char)byte;
    if (byte == '\t') text[count++] = ' ';
  }
  while (text && count && text[count - 1] == '\n') count--;
  if (text) text[count] = 0;
  return text;
}

// The arrows go from line to line inside a cell, and through the history beyond.
static int move_cursor(int count, int key) {
  (void)count;
  (void)key;
  const char *cursor = rl_line_buffer + rl_point;
  if (direction == GoNowhere) {
    gen_line_draw_anew();
  } else if (direction == GoDown) {
    int is_above = memchr(cursor, '\n', (size_t)(rl_end - rl_point)) != NULL;
    gen_editor_press(is_above ? (char[]){KEY_NEXT_LINE, 0} : "\x1b[B");
  } else if (memchr(rl_line_buffer, '\n', (size_t)rl_point)) {
    gen_editor_press((char[]){KEY_PREVIOUS_LINE, 0});
  } else {
    gen_line_went_back = gen_line_goes_back;
    gen_editor_press(gen_line_goes_back ? "\n" : "\x1b[A");
  }
  return 0;
}

// Reads the rest of a sequence that begins with Escape, as far as it comes at once.
static void press_sequence(int descriptor) {
  char sequence[8] = {ESCAPE};
  size_t count = 1;
  struct pollfd source = {descriptor, POLLIN, 0};
  while (count < sizeof sequence - 1 && poll(&source, 1, 50) > 0) {
    int byte = typed_byte(descriptor);
    if (byte < 0) break;
    sequence[count++] = (char)byte;
    if (count == 2 ? byte != '[' && byte != 'O' : byte >= '@') break;
  }
  char final = sequence[count - 1];
  if (strcmp(sequence, paste_start) == 0) {
    gen_line_offer(pasted_text(descriptor));
    gen_editor_press((char[]){GEN_KEY_INSERT, 0});
  } else if (count == 3 && (final == 'A' || final == 'B')) {
    direction = final == 'A' ? GoUp : GoDown;
    gen_editor_press((char[]){KEY_MOVE, 0});
  } else {
    gen_editor_press(sequence);
  }
}

// The next character, a wide one; -1 at the end and when Ctrl-C was pressed.
static int next_character(FILE *input) {
  mbstate_t state;
  memset(&state, 0, sizeof state);
  for (;;) {
    int is_typed;
    int byte = next_byte(fileno(input), &is_typed);
    if (byte < 0) return -1;
    if (is_typed && byte == ESCAPE) {
      press_sequence(fileno(input));
      continue;
    }
    // Keys of ours, which mean nothing when somebody types them.
    if (is_typed && byte >= KEY_PREVIOUS_LINE && byte < KEY_MOVE) continue;
    wchar_t character;
    size_t length = mbrtowc(&character, &(char){(char)byte}, 1, &state);
    if (length == (size_t)-1) return 0xFFFD;
    if (length != (size_t)-2) return (int)character;
  }
}

void gen_editor_open(void) {
  rl_getc_function = next_character;
  rl_initialize();
  rl_add_defun("gen-move", move_cursor, KEY_MOVE);
  rl_parse_and_bind("bind ^\\\\ ed-prev-line");
  rl_parse_and_bind("bind ^] ed-next-line");
}

static int shows_pastes(void) {
  const char *kind = getenv("TERM");
  return kind && *kind && strcmp(kind, "dumb") != 0;
}

static void tell_terminal(const char *sequence) {
  if (shows_pastes() && write(STDOUT_FILENO, sequence, strlen(sequence)) < 0) return;
}

void gen_editor_begin(void) { tell_terminal("\x1b[?2004h"); }
void gen_editor_end(void) {
  pressed_count = 0;
  tell_terminal("\x1b[?2004l");
}

#endif
