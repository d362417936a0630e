/* SPDX-License-Identifier: BSD-3-Clause */
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define LINE_MAX 512

static void
set_up_colours(struct ctl_screen *screen)
{
	screen->colour = ctl_colour_allowed(stdout) && has_colors();
	if (!screen->colour)
		return;
	start_color();
	use_default_colors();
	init_pair(CTL_GOOD, COLOR_GREEN, -1);
	init_pair(CTL_POOR, COLOR_YELLOW, -1);
	init_pair(CTL_BAD, COLOR_RED, -1);
}

bool
ctl_screen_open(struct ctl_screen *screen)
{
	setlocale(LC_CTYPE, "");
	memset(screen, 0, sizeof(*screen));
	screen->terminal = newterm(NULL, stdout, stdin);
	if (screen->terminal == NULL)
		return false;
	screen->blocks = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	set_up_colours(screen);
	cbreak();
	noecho();
	curs_set(0);
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	return true;
}

void
ctl_screen_close(struct ctl_screen *screen)
{
	endwin();
	delscreen(screen->terminal);
}

void
ctl_screen_begin(struct ctl_screen *screen)
{
	erase();
	getmaxyx(stdscr, screen->rows, screen->columns);
	screen->row = screen->column = 0;
}

static attr_t
attribute(const struct ctl_screen *screen, enum ctl_style style)
{
	if (style == CTL_HEAD)
		return A_BOLD;
	if (style == CTL_PLAIN || !screen->colour)
		return A_NORMAL;
	return (attr_t)COLOR_PAIR((int)style);
}

void
ctl_screen_add(struct ctl_screen *screen, enum ctl_style style, const char *format, ...)
{
	char text[LINE_MAX];
	va_list arguments;
	int room = screen->columns - screen->column;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	ctl_make_printable(text);
	if (screen->row < screen->rows && room > 0) {
		attr_t look = attribute(screen, style);

		attron(look);
		mvaddnstr(screen->row, screen->column, text, room);
		attroff(look);
	}
	screen->column += (int)strlen(text);
}

void
ctl_screen_add_level(struct ctl_screen *screen, unsigned int level)
{
	static const char *const blocks[] = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
					     "\u2585", "\u2586", "\u2587", "\u2588"};
	static const char *const letters[] = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};

	if (screen->row < screen->rows && screen->column < screen->columns)
		mvaddstr(screen->row, screen->column,
			 screen->blocks ? blocks[level] : letters[level]);
	screen->column++;
}

void
ctl_screen_next_line(struct ctl_screen *screen)
{
	screen->row++;
	screen->column = 0;
}

void
ctl_screen_end(struct ctl_screen *screen)
{
	(void)screen;
	refresh();
}

bool
ctl_screen_quit(void)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key == 'q')
			return true;
	}
	return false;
}
