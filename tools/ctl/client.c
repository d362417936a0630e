/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"

#define GREETING_MAX 1024
#define OUTPUT_LEAST 1024
#define OUTPUT_MOST (16 << 20)

void
ctl_runtime_path(char path[CTL_PATH_MAX], const char *prefix, const char *file)
{
	const char *base = getenv("RUNTIME_DIRECTORY");

	if (base == NULL || *base == '\0')
		base = geteuid() == 0 ? "/var/run" : getenv("XDG_RUNTIME_DIR");
	if (base == NULL || *base == '\0')
		base = "/tmp";
	snprintf(path, CTL_PATH_MAX, "%s/dpdk/%s/%s", base, prefix, file);
}

/* The server speaks first, and says how long a reply may be. */
static int
read_greeting(struct ctl_client *client)
{
	json_t *greeting = NULL;
	json_int_t most = 0;
	char *buffer;
	int error = -EPROTO;

	greeting = ctl_socket_receive(client->fd, client->buffer, client->size, &client->error);
	if (greeting == NULL)
		return -EPROTO;
	most = json_integer_value(json_object_get(greeting, "max_output_len"));
	if (most < OUTPUT_LEAST || most > OUTPUT_MOST) {
		ctl_fail(&client->error, 0, "greeting without a max_output_len of use");
		goto out;
	}
	/* a reply is {"COMMAND":DATA}, and DATA has max_output_len */
	client->size = (size_t)most + GREETING_MAX;
	buffer = realloc(client->buffer, client->size);
	if (buffer == NULL) {
		error = ctl_fail(&client->error, -ENOMEM, "out of memory");
		goto out;
	}
	client->buffer = buffer;
	error = 0;
out:
	json_decref(greeting);
	return error;
}

int
ctl_client_open(struct ctl_client *client, const char *path)
{
	int error;

	if (client->fd >= 0)
		return 0;
	client->fd = ctl_socket_connect(path, &client->error);
	if (client->fd < 0)
		return client->fd;
	client->size = GREETING_MAX;
	client->buffer = malloc(client->size);
	if (client->buffer == NULL) {
		ctl_client_close(client);
		return ctl_fail(&client->error, -ENOMEM, "out of memory");
	}
	error = read_greeting(client);
	if (error != 0)
		ctl_client_close(client);
	return error;
}

void
ctl_client_close(struct ctl_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	free(client->buffer);
	client->fd = -1;
	client->buffer = NULL;
}

json_t *
ctl_client_ask(struct ctl_client *client, const char *command)
{
	struct ctl_error why;
	json_t *reply, *data;

	reply = ctl_socket_ask(client->fd, command, client->buffer, client->size, &why);
	if (reply == NULL) {
		ctl_fail(&client->error, 0, "%s: %.400s", command, why.text);
		return NULL;
	}
	/* the reply names the command without what stands behind the comma */
	data = json_incref(json_object_getn(reply, command, strcspn(command, ",")));
	json_decref(reply);
	if (data == NULL) {
		ctl_fail(&client->error, 0, "%s: reply to something else", command);
	} else if (json_is_null(data)) {
		ctl_fail(&client->error, 0, "%s: unknown to the node", command);
		json_decref(data);
		return NULL;
	}
	return data;
}
