/* SPDX-License-Identifier: BSD-3-Clause */
/** Aligned columns of text. One thread at a time for each table. */
#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stdbool.h>
#include <stdio.h>

enum ctl_style {
	CTL_PLAIN,
	CTL_HEAD,
	CTL_GOOD,
	CTL_POOR,
	CTL_BAD
};

struct ctl_table;

/**
 * Titles, ended by NULL. The first letter of each is not shown: '<' text, '>' figures. NULL: out of
 * memory, which every other function takes for an empty table.
 */
struct ctl_table *ctl_table_new(const char *const *titles);

/** The next cell, from left to right, then in a new row. What does not print becomes '?'. */
__attribute__((format(printf, 3, 4))) void
ctl_table_cell(struct ctl_table *table, enum ctl_style style, const char *format, ...);

/** Print, and release. A table without rows prints nothing. */
void ctl_table_print(struct ctl_table *table, FILE *out, bool colour);

/** Whether what goes to a stream may be coloured: to a terminal, and NO_COLOR does not forbid it.
 */
bool ctl_colour_allowed(FILE *out);

/** A text in a colour. */
void ctl_print_styled(FILE *out, enum ctl_style style, bool colour, const char *text);

/** Make a text fit to print: what does not print becomes '?'. */
void ctl_make_printable(char *text);

#endif
