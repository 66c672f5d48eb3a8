#ifndef EDITOR_H
#define EDITOR_H

// What libedit and GNU readline do differently: one of editor_*.c is compiled.

#ifdef GEN_LINE_READLINE
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>
#else
#include <editline/readline.h>
#endif

// A key that nothing is bound to, and that nobody types.
#define GEN_KEY_INSERT 0x1E

// Starts the library and binds keys, once.
void gen_editor_open(void);

// Before and after each line that is read.
void gen_editor_begin(void);
void gen_editor_end(void);

// Lets keys be read as if they were typed, before those that are.
void gen_editor_press(const char *keys);

// What somebody has waited for.
typedef enum { GenKeyInterrupt, GenKeyTyped, GenKeyWindow } GenKeyEvent;

// Waits for a key, Ctrl-C or another size of the window.
GenKeyEvent gen_line_wait_for_key(int descriptor);

// Draws the line anew where it is now, after the terminal has moved what the library drew.
void gen_line_draw_anew(void);

// Whether up in the first line ends it, and whether it did.
extern int gen_line_goes_back, gen_line_went_back;

// Takes a malloc'd text that GEN_KEY_INSERT puts into the line.
void gen_line_offer(char *text);

#endif
