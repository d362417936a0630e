/* SPDX-License-Identifier: BSD-3-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config_error.h"
#include "config_text.h"

struct cursor {
	const char *text; /* ends with a NUL */
	char *at;
	unsigned int line;
	unsigned int depth;      /* sections that are open here */
	unsigned int outer_line; /* where the outermost of them began */
	const char *file;
	FILE *errors;
};

/* Up to the end of its line. */
static bool
blank_line_comment(struct cursor *c)
{
	size_t length = strcspn(c->at, "\n");

	memset(c->at, ' ', length);
	c->at += length;
	return true;
}

static bool
blank_block_comment(struct cursor *c)
{
	const char *end = strstr(c->at + 2, "*/");

	if (end == NULL) {
		pgn_config_error(c->errors, c->file, c->line, "comment is never closed");
		return false;
	}
	for (end += 2; c->at < end; c->at++) {
		if (*c->at == '\n')
			c->line++;
		else
			*c->at = ' ';
	}
	return true;
}

/* libconfuse takes the slashes of a//b as part of the word; who writes them may mean a comment. */
static bool
is_within_word(const struct cursor *c)
{
	return c->at > c->text && isgraph((unsigned char)c->at[-1]) &&
	       strchr("={},\"'", c->at[-1]) == NULL;
}

static bool
pass_comment(struct cursor *c)
{
	if (c->at[0] == '#')
		return blank_line_comment(c);
	if (is_within_word(c)) {
		pgn_config_error(
			c->errors, c->file, c->line,
			"found \"%.2s\" within a word, allowed behind a blank or in quotes", c->at);
		return false;
	}
	return c->at[1] == '/' ? blank_line_comment(c) : blank_block_comment(c);
}

static bool
pass_string(struct cursor *c)
{
	char quote = *c->at;

	for (c->at++; *c->at != quote; c->at++) {
		if (c->at[0] == '\\' && c->at[1] != '\n' && c->at[1] != '\0') {
			c->at++;
			continue;
		}
		if (*c->at == '\0' || *c->at == '\n') {
			pgn_config_error(c->errors, c->file, c->line,
					 "string is not closed on its line");
			return false;
		}
		if (quote == '"' && c->at[0] == '$' && c->at[1] == '{') {
			pgn_config_error(c->errors, c->file, c->line,
					 "found \"${\", allowed in single quotes only");
			return false;
		}
	}
	c->at++;
	return true;
}

static bool
pass_character(struct cursor *c)
{
	switch (*c->at) {
	case '\n':
		c->line++;
		break;
	case '{':
		if (c->depth++ == 0)
			c->outer_line = c->line;
		break;
	case '}':
		if (c->depth > 0)
			c->depth--;
		break;
	default:
		if (!isprint((unsigned char)*c->at) && *c->at != '\t' && *c->at != '\r') {
			pgn_config_error(c->errors, c->file, c->line,
					 "found byte 0x%02x, allowed ASCII text",
					 (unsigned char)*c->at);
			return false;
		}
		if (strchr("*+|()$", *c->at) != NULL) {
			pgn_config_error(c->errors, c->file, c->line,
					 "found \"%c\", allowed in quotes only", *c->at);
			return false;
		}
	}
	c->at++;
	return true;
}

static bool
pass(struct cursor *c)
{
	if (c->at[0] == '#' || (c->at[0] == '/' && (c->at[1] == '/' || c->at[1] == '*')))
		return pass_comment(c);
	if (c->at[0] == '"' || c->at[0] == '\'')
		return pass_string(c);
	return pass_character(c);
}

static int
read_all(char *text, size_t *length, const char *file, FILE *errors)
{
	FILE *stream = fopen(file, "re");
	int error = 0;

	if (stream == NULL) {
		error = errno;
		pgn_config_error(errors, file, 0, "cannot open: %s", strerror(error));
		return -error;
	}
	*length = fread(text, 1, PGN_CONFIG_FILE_MAX + 1, stream);
	if (ferror(stream)) {
		error = errno;
		pgn_config_error(errors, file, 0, "cannot read: %s", strerror(error));
	} else if (*length > PGN_CONFIG_FILE_MAX) {
		error = EINVAL;
		pgn_config_error(errors, file, 0, "allowed at most %u bytes", PGN_CONFIG_FILE_MAX);
	}
	fclose(stream);
	return -error;
}

static bool
clean(char *text, size_t length, const char *file, FILE *errors)
{
	struct cursor c = {.text = text, .at = text, .line = 1, .file = file, .errors = errors};

	while (c.at < text + length) {
		if (!pass(&c))
			return false;
	}
	if (c.depth > 0) {
		pgn_config_error(errors, file, c.outer_line, "section is never closed");
		return false;
	}
	return true;
}

int
pgn_config_text_read(char **text, const char *file, FILE *errors)
{
	size_t length = 0;
	int error;

	*text = malloc(PGN_CONFIG_FILE_MAX + 2);
	if (*text == NULL) {
		pgn_config_error(errors, file, 0, "out of memory");
		return -ENOMEM;
	}
	error = read_all(*text, &length, file, errors);
	if (error == 0) {
		(*text)[length] = '\0';
		error = clean(*text, length, file, errors) ? 0 : -EINVAL;
	}
	if (error != 0) {
		free(*text);
		*text = NULL;
	}
	return error;
}
