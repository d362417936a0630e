/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "table.h"

#define CELL_MAX 256
#define GAP 2 /* blanks between columns */

struct cell {
	enum ctl_style style;
	char *text;
};

struct ctl_table {
	const char *const *titles;
	unsigned int columns;
	unsigned int cells, room;
	struct cell *cell;
};

struct ctl_table *
ctl_table_new(const char *const *titles)
{
	struct ctl_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	table->titles = titles;
	while (titles[table->columns] != NULL)
		table->columns++;
	return table;
}

void
ctl_make_printable(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static struct cell *
next_cell(struct ctl_table *table)
{
	if (table->cells == table->room) {
		unsigned int room = table->room == 0 ? 64 : 2 * table->room;
		struct cell *cell = reallocarray(table->cell, room, sizeof(*cell));

		if (cell == NULL)
			return NULL;
		table->cell = cell;
		table->room = room;
	}
	return &table->cell[table->cells++];
}

void
ctl_table_cell(struct ctl_table *table, enum ctl_style style, const char *format, ...)
{
	char text[CELL_MAX];
	struct cell *cell;
	va_list arguments;

	if (table == NULL)
		return;
	cell = next_cell(table);
	if (cell == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	ctl_make_printable(text);
	cell->style = style;
	cell->text = strdup(text);
}

static const char *
text_of(const struct cell *cell)
{
	return cell->text != NULL ? cell->text : "";
}

static int
width_of(const struct ctl_table *table, unsigned int column)
{
	size_t width = strlen(table->titles[column] + 1);

	for (unsigned int i = column; i < table->cells; i += table->columns) {
		size_t length = strlen(text_of(&table->cell[i]));

		if (length > width)
			width = length;
	}
	return (int)width;
}

void
ctl_print_styled(FILE *out, enum ctl_style style, bool colour, const char *text)
{
	static const char *const codes[] = {
		[CTL_HEAD] = "1", [CTL_GOOD] = "32", [CTL_POOR] = "33", [CTL_BAD] = "31"};

	if (colour && style != CTL_PLAIN)
		fprintf(out, "\033[%sm%s\033[0m", codes[style], text);
	else
		fputs(text, out);
}

/* Blanks are printed once something follows them: no line ends in any. */
struct line {
	FILE *out;
	bool colour;
	int blanks;
};

static void
print_cell(struct line *line, char side, int width, enum ctl_style style, const char *text)
{
	int room = width - (int)strlen(text);

	if (side == '>')
		line->blanks += room;
	if (*text != '\0') {
		fprintf(line->out, "%*s", line->blanks, "");
		ctl_print_styled(line->out, style, line->colour, text);
		line->blanks = 0;
	}
	line->blanks += (side == '<' ? room : 0) + GAP;
}

static void
end_line(struct line *line)
{
	fputc('\n', line->out);
	line->blanks = 0;
}

static void
print_rows(const struct ctl_table *table, FILE *out, bool colour)
{
	int *width = calloc(table->columns, sizeof(*width));
	struct line line = {.out = out, .colour = colour};

	if (width == NULL)
		return;
	for (unsigned int i = 0; i < table->columns; i++) {
		width[i] = width_of(table, i);
		print_cell(&line, *table->titles[i], width[i], CTL_HEAD, table->titles[i] + 1);
	}
	for (unsigned int i = 0; i < table->cells; i++) {
		const struct cell *cell = &table->cell[i];
		unsigned int column = i % table->columns;

		if (column == 0)
			end_line(&line);
		print_cell(&line, *table->titles[column], width[column], cell->style,
			   text_of(cell));
	}
	end_line(&line);
	free(width);
}

void
ctl_table_print(struct ctl_table *table, FILE *out, bool colour)
{
	if (table == NULL)
		return;
	if (table->cells > 0)
		print_rows(table, out, colour);
	for (unsigned int i = 0; i < table->cells; i++)
		free(table->cell[i].text);
	free(table->cell);
	free(table);
}

bool
ctl_colour_allowed(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color != NULL && *no_color != '\0')
		return false;
	return isatty(fileno(out)) && term != NULL && strcmp(term, "dumb") != 0;
}
