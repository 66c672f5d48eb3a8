#ifndef CLINEEDIT_H
#define CLINEEDIT_H

// Line editing over libedit. One thread at a time.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  GenLineOK = 0,
  GenLineEnd = 1,          // Ctrl-D, or the input ended
  GenLineInterrupted = 2,  // Ctrl-C
} GenLineStatus;

// Fills *candidates with `count` malloc'd UTF-8 strings (freed by the caller of this callback),
// each the whole text that may stand from byte *start of the line to the cursor.
typedef int (*GenLineCompleter)(const char *line, int cursor, int *start, char ***candidates);

// Sets the locale for UTF-8 input and the name that ~/.editrc knows the program by.
void gen_line_open(const char *program, GenLineCompleter completer);

// Reads one line, without its line break, malloc'd; NULL unless the status is GenLineOK.
// `begun` already stands in it, to be edited; NULL or empty for an empty line.
char *gen_line_read(const char *prompt, const char *begun, GenLineStatus *status);

// Makes a line available to the up arrow and to Ctrl-R.
void gen_line_remember(const char *line);

// 1 when Ctrl-C was pressed since the last call; clears it.
int gen_line_take_interrupt(void);

// From here on Ctrl-C sets a flag (see above) and calls `handler`, if any, on the signal's thread:
// it may only do what is safe in a signal handler.
void gen_line_catch_interrupts(void (*handler)(void));

#ifdef __cplusplus
}
#endif
#endif
