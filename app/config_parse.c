/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "config_parse.h"

static struct pgn_config_parser *current;

void *
pgn_config_reader(void)
{
	return current;
}

/* What libconfuse says is told by its format. */
static void
on_error(cfg_t *cfg, const char *format, va_list arguments)
{
	struct pgn_config_errors *errors = &current->errors;
	unsigned int line = (unsigned int)cfg->line;
	char message[512];

	if (strcmp(format, "no such option '%s'") == 0) {
		current->on_unknown(cfg, va_arg(arguments, const char *));
	} else if (strcmp(format, "found duplicate title '%s'") == 0) {
		pgn_config_fail(errors, line, "%s: found \"%s\" twice, allowed once",
				current->titled, pgn_found(va_arg(arguments, const char *)).text);
	} else {
		vsnprintf(message, sizeof(message), format, arguments);
		pgn_config_fail(errors, line, "%s", pgn_found(message).text);
	}
}

int
pgn_config_parse(struct pgn_config_parser *parser, cfg_opt_t *syntax, const char *text)
{
	cfg_t *root = cfg_init(syntax, CFGF_NONE);

	if (root == NULL) {
		pgn_config_fail(&parser->errors, 0, "out of memory");
		return -ENOMEM;
	}
	cfg_set_error_function(root, on_error);
	parser->root = root;
	current = parser;
	if (cfg_parse_buf(root, text) != CFG_SUCCESS) {
		int line = root->line;

		if (parser->open != NULL && parser->open->line > line)
			line = parser->open->line;
		pgn_config_fail(&parser->errors, (unsigned int)line, "syntax error");
	}
	current = NULL;
	cfg_free(root);
	return parser->errors.told ? -EINVAL : 0;
}
