#ifndef CLINEEDIT_H
#define CLINEEDIT_H

// Line editing over libedit, or over GNU readline where GEN_LINE_READLINE is defined. One thread at
// a time. A line may have several lines, such as a pasted one; the arrows move inside it.

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  GenLineOK = 0,
  GenLineEnd = 1,          // Ctrl-D, or the input ended
  GenLineInterrupted = 2,  // Ctrl-C
  GenLineBack = 3,         // up from the first line: what stands above it is to be edited as well
} GenLineStatus;

// Fills *candidates with `count` malloc'd UTF-8 strings (freed by the caller of this callback),
// each the whole text that may stand from byte *start of the line to the cursor.
typedef int (*GenLineCompleter)(const char *line, int cursor, int *start, char ***candidates);

// Sets the locale for UTF-8 input and the name that ~/.editrc knows the program by.
void gen_line_open(const char *program, GenLineCompleter completer);

// Reads one line, without its line break, malloc'd; NULL unless the status is GenLineOK or GenLineBack.
// `begun` already stands in it, to be edited; NULL or empty for an empty line. GenLineBack is only
// answered where `goes_back` is not 0.
char *gen_line_read(const char *prompt, const char *begun, int goes_back, GenLineStatus *status);

// Takes lines that were read, with their prompts, off the screen: those right above the cursor.
void gen_line_erase(const char *shown, int columns);

// Makes a line available to the up arrow and to Ctrl-R.
void gen_line_remember(const char *line);

// 1 when Ctrl-C was pressed since the last call; clears it.
int gen_line_take_interrupt(void);

// From here on Ctrl-C sets a flag (see above) and calls `handler`, if any, on the signal's thread:
// it may only do what is safe in a signal handler.
void gen_line_catch_interrupts(void (*handler)(void));

// From here on the first SIGTERM does what Ctrl-C does, and the second one ends the program.
void gen_line_catch_termination(void);

// 1 when SIGTERM was caught.
int gen_line_was_terminated(void);

#ifdef __cplusplus
}
#endif
#endif
