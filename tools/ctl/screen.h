/* SPDX-License-Identifier: BSD-3-Clause */
/** The terminal, line by line. What does not fit is left out. One thread. */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>

#include "table.h"

struct ctl_screen {
	void *terminal; /**< ncurses' SCREEN */
	int row, column;
	int rows, columns;
	bool colour;
	bool blocks; /**< the terminal has Unicode's */
};

/** False: the terminal is of an unknown kind. */
bool ctl_screen_open(struct ctl_screen *screen);
void ctl_screen_close(struct ctl_screen *screen);

/** Begin with an empty screen of the terminal's size of now. */
void ctl_screen_begin(struct ctl_screen *screen);

/** Append to the line. What does not print becomes '?'. */
__attribute__((format(printf, 3, 4))) void
ctl_screen_add(struct ctl_screen *screen, enum ctl_style style, const char *format, ...);

/** Append a column whose height is 0 to 8 eighths. */
void ctl_screen_add_level(struct ctl_screen *screen, unsigned int level);

void ctl_screen_next_line(struct ctl_screen *screen);

/** Show what was drawn. */
void ctl_screen_end(struct ctl_screen *screen);

/** A key was hit that quits. Reads all keys there are. */
bool ctl_screen_quit(void);

#endif
