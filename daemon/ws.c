/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ws.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "auth.h"
#include "log.h"
#include "msg.h"
#include "peers.h"
#include "registry.h"
#include "stream.h"
#include "upgrade.h"
#include "wire.h"

#define VHOST "stream"
#define PING_S 20    /* a viewer is asked whether it is there */
#define HANGUP_S 30  /* and given up */
#define NOTSENT_BYTES (256u << 10) /* of a viewer that wait in the kernel before we hold back more */
#define COMPLAINTS 10   /* of the library that are logged */
#define COMPLAINTS_S 60 /* in that time */
#define STOP_MS 2000 /* how long good byes may take */

/* A socket on its way to the library's thread. */
struct arrival {
	struct arrival *next;
	int fd;
	size_t len; /* of head; 0: the head is still in the socket */
	char head[];
};

struct viewer {
	struct viewer *next, *prev;
	struct lws *wsi;
	struct session *s;
	struct stream_cursor cur;
	struct sockaddr_storage peer;
	struct msg *m; /* under way to it: a reference, not a copy */
	size_t sent;   /* of its bytes */
	bool more;     /* and there is more after it */
	bool deflate;  /* negotiated */
	bool joined;   /* in the list and in a channel */
	bool closing;  /* nothing may follow the close frame */
	bool asked;    /* a write callback is on its way */
	size_t received; /* of the message that is coming in */
	char text[WS_RECEIVE_MAX];
};

struct ws {
	struct server *srv;
	struct lws_context *ctx;
	pthread_t thread;
	pthread_mutex_t lock; /* of arrivals */
	struct arrival *arrivals;
	atomic_bool closing, quit;
	/* The library's thread only. */
	struct viewer *viewers;
	struct peers *peers; /* viewers by address */
};

static const struct lws_extension extensions[] = {
	{ "permessage-deflate", lws_extension_callback_pm_deflate,
	  "permessage-deflate; client_no_context_takeover; client_max_window_bits" },
	{ NULL, NULL, NULL },
};

static struct ws *ws_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* ---- sending ------------------------------------------------------------------- */

static void want_to_write(struct viewer *v)
{
	if (v->asked || v->closing)
		return;
	v->asked = true;
	lws_callback_on_writable(v->wsi);
}

/*
 * Send the next slice of the viewer's message, whole frames as they are.  The library keeps a copy
 * of what the socket does not take, and asks for more when it is gone: a slice at most.
 */
static int send_slice(struct ws *ws, struct viewer *v)
{
	bool deflated = v->deflate && v->m->deflated;
	unsigned char *frames = deflated ? v->m->deflated : v->m->plain;
	size_t len = deflated ? v->m->deflated_len : v->m->plain_len;
	size_t n = len - v->sent < MSG_SLICE ? len - v->sent : MSG_SLICE;

	if (lws_write(v->wsi, frames + v->sent, n, LWS_WRITE_RAW) < 0)
		return -1;
	metrics_add(&ws->srv->metrics.stream_bytes, n);
	v->sent += n;
	if (v->sent < len)
		return 0;
	metrics_add(&ws->srv->metrics.stream_messages, 1);
	msg_put(v->m);
	v->m = NULL;
	return 0;
}

/* Between two messages: say why, then close.  The return value ends the callback and the connection. */
static int leave(struct ws *ws, struct viewer *v, const char *reason, enum lws_close_status code)
{
	struct wbuf text;

	wbuf_init(&text, 1024);
	wire_bye(&text, reason);
	v->m = msg_new(text.data, text.len, false);
	v->sent = 0;
	wbuf_free(&text);
	if (v->m)
		send_slice(ws, v);
	v->closing = true;
	lws_close_reason(v->wsi, code, NULL, 0);
	return -1;
}

/* The viewer has all of its last message: what is next?  Not 0: the connection ends. */
static int next_message(struct ws *ws, struct viewer *v)
{
	bool skipped;

	if (atomic_load(&ws->closing))
		return leave(ws, v, "shutdown", LWS_CLOSE_STATUS_GOINGAWAY);
	v->sent = 0;
	switch (stream_take(v->s->stream, &v->cur, &v->m, &v->more, &skipped)) {
	case STREAM_ENDED:
		return leave(ws, v, "ended", LWS_CLOSE_STATUS_GOINGAWAY);
	case STREAM_ASK:
		session_poke(v->s);
		break;
	case STREAM_SEND:
	case STREAM_NOTHING:
		break;
	}
	if (skipped)
		metrics_add(&ws->srv->metrics.viewers_skipped, 1);
	return 0;
}

/* The library has nothing left to send to this viewer. */
static int on_writable(struct ws *ws, struct viewer *v)
{
	v->asked = false;
	/* A close frame of the library's own, for frames it did not like, is announced by nothing else. */
	if (lws_get_close_length(v->wsi) > 0)
		v->closing = true;
	if (v->closing || !v->joined)
		return 0;
	if (!v->m && next_message(ws, v))
		return -1;
	if (v->m && send_slice(ws, v)) {
		v->closing = true;
		return -1;
	}
	if (v->m || v->more)
		want_to_write(v);
	return 0;
}

/* ---- receiving ------------------------------------------------------------------ */

static int refuse(struct viewer *v, enum lws_close_status code, const char *why)
{
	v->closing = true;
	lws_close_reason(v->wsi, code, (unsigned char *)(uintptr_t)why, strlen(why));
	return -1;
}

static int on_message(struct viewer *v)
{
	struct mm386_error err;
	struct wire_viewer said;

	if (wire_viewer_parse(v->text, v->received, &said, &err))
		return refuse(v, LWS_CLOSE_STATUS_POLICY_VIOLATION, "not understood");
	if (said.type == WIRE_VIEWER_RESYNC)
		stream_resync(&v->cur);
	else
		stream_move(v->s->stream, said.sections, said.rate, v->deflate, &v->cur);
	want_to_write(v);
	return 0;
}

static int on_receive(struct viewer *v, const char *data, size_t len)
{
	if (v->closing || !v->joined)
		return 0;
	if (lws_frame_is_binary(v->wsi))
		return refuse(v, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "text only");
	if (lws_is_first_fragment(v->wsi))
		v->received = 0;
	if (v->received + len + lws_remaining_packet_payload(v->wsi) > sizeof(v->text))
		return refuse(v, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "too long");
	memcpy(v->text + v->received, data, len);
	v->received += len;
	if (!lws_is_final_fragment(v->wsi) || lws_remaining_packet_payload(v->wsi))
		return 0;
	return on_message(v);
}

/* ---- coming and going ---------------------------------------------------------------- */

/* The last gate before the 101: the machine may have ended, the room been taken, since the head was judged. */
static int on_filter(struct ws *ws, struct lws *wsi)
{
	struct server *srv = ws->srv;
	struct sockaddr_storage peer = { 0 };
	socklen_t peer_len = sizeof(peer);
	char target[sizeof(STREAM_PREFIX STREAM_SUFFIX) + MM386_NAME_MAX], name[MM386_NAME_MAX];
	int len = lws_hdr_copy(wsi, target, sizeof(target), WSI_TOKEN_GET_URI);

	if (len <= 0 || !upgrade_machine(target, (size_t)len, name) || !registry_has(srv->registry, name))
		return -1;
	if (metrics_read(&srv->metrics.viewers) >= srv->opt->max_viewers)
		return -1;
	if (getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&peer, &peer_len))
		return -1;
	return peers_count(ws->peers, &peer) < srv->opt->max_viewers_per_address ? 0 : -1;
}

/* Every message is deflated with a window of 32 KiB: who wants a smaller one gets it plain. */
static int on_extension(struct lws *wsi, struct viewer *v)
{
	char offer[256];

	if (!v || lws_hdr_copy(wsi, offer, sizeof(offer), WSI_TOKEN_EXTENSIONS) <= 0 ||
	    strstr(offer, "server_max_window_bits"))
		return 1;
	v->deflate = true;
	return 0;
}

static int on_established(struct ws *ws, struct lws *wsi, struct viewer *v)
{
	char target[sizeof(STREAM_PREFIX STREAM_SUFFIX) + MM386_NAME_MAX], name[MM386_NAME_MAX];
	int len = lws_hdr_copy(wsi, target, sizeof(target), WSI_TOKEN_GET_URI);
	socklen_t peer_len = sizeof(v->peer);

	v->wsi = wsi;
	/* What inflates to more than its buffer the library forgets to go on with: twice what we take. */
	if (v->deflate)
		lws_set_extension_option(wsi, extensions[0].name, "rx_buf_size", "13");
	if (len <= 0 || !upgrade_machine(target, (size_t)len, name))
		return -1;
	v->s = registry_find(ws->srv->registry, name);
	if (!v->s || getpeername(lws_get_socket_fd(wsi), (struct sockaddr *)&v->peer, &peer_len) ||
	    peers_add(ws->peers, &v->peer)) {
		v->closing = true;
		return -1;
	}
	stream_join(v->s->stream, WIRE_ALL, WIRE_RATE_MAX, v->deflate, &v->cur);
	v->joined = true;
	v->next = ws->viewers;
	if (v->next)
		v->next->prev = v;
	ws->viewers = v;
	metrics_add(&ws->srv->metrics.viewers, 1);
	want_to_write(v);
	session_poke(v->s); /* presence */
	return 0;
}

static void on_closed(struct ws *ws, struct viewer *v)
{
	if (v->joined) {
		if (v->prev)
			v->prev->next = v->next;
		else
			ws->viewers = v->next;
		if (v->next)
			v->next->prev = v->prev;
		peers_remove(ws->peers, &v->peer);
		metrics_sub(&ws->srv->metrics.viewers, 1);
		stream_leave(v->s->stream, v->deflate, &v->cur);
		session_poke(v->s);
	}
	msg_put(v->m);
	v->m = NULL;
	session_put(v->s);
	v->s = NULL;
	v->joined = false;
}

static void adopt_arrivals(struct ws *ws)
{
	struct lws_vhost *vhost = lws_get_vhost_by_name(ws->ctx, VHOST);
	struct arrival *a, *next;

	pthread_mutex_lock(&ws->lock);
	a = ws->arrivals;
	ws->arrivals = NULL;
	pthread_mutex_unlock(&ws->lock);
	for (; a; a = next) {
		next = a->next;
		if (atomic_load(&ws->closing))
			close(a->fd);
		else if (a->len)
			lws_adopt_socket_vhost_readbuf(vhost, a->fd, a->head, a->len);
		else
			lws_adopt_socket_vhost(vhost, a->fd); /* closes it itself when it fails */
		free(a);
	}
}

/* Something was published, somebody arrived, or it is time to go. */
static void on_wake(struct ws *ws)
{
	bool closing = atomic_load(&ws->closing);

	adopt_arrivals(ws);
	for (struct viewer *v = ws->viewers; v; v = v->next)
		if (!v->asked && !v->closing && (closing || stream_has(v->s->stream, &v->cur)))
			want_to_write(v);
}

static int on_stream(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t len)
{
	struct viewer *v = user;

	switch (why) {
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		on_wake(ws_of(wsi));
		return 0;
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return on_filter(ws_of(wsi), wsi);
	case LWS_CALLBACK_CONFIRM_EXTENSION_OKAY:
		return on_extension(wsi, v);
	case LWS_CALLBACK_ESTABLISHED:
		return on_established(ws_of(wsi), wsi, v);
	case LWS_CALLBACK_CLOSED:
		on_closed(ws_of(wsi), v);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return on_receive(v, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return on_writable(ws_of(wsi), v);
	default:
		return 0;
	}
}

/* Whatever is no stream: nothing of that kind should get here, and it is shown the door. */
static int on_other(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t len)
{
	(void)wsi;
	(void)user;
	(void)in;
	(void)len;
	return why == LWS_CALLBACK_HTTP || why == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? -1 : 0;
}

/* ---- the thread -------------------------------------------------------------------------- */

/*
 * tx_packet_size: what is written in one go is handed to the socket in one go up
 * to that size; with 0 it would be chopped into 4 KiB a poll.
 */
static const struct lws_protocols protocols[] = {
	{ "no stream", on_other, 0, 1024, 0, NULL, 0 }, /* the blank: nobody can ask for it */
	{ WIRE_PROTOCOL, on_stream, sizeof(struct viewer), WS_RECEIVE_MAX, 0, NULL, MSG_SLICE },
	{ NULL, NULL, 0, 0, 0, NULL, 0 },
};

/*
 * What strangers send can make the library complain as often as they like: a few lines a minute
 * are enough to see that it happens, and a metric has how often.  The library's callback knows no
 * context, so this one is the process's; only its thread, or who starts and ends it, logs.
 */
static struct {
	struct metrics *metrics;
	time_t begin; /* of the minute */
	unsigned lines;
} complaints;

static void on_log(int level, const char *line)
{
	int len = (int)strcspn(line, "\n");
	struct timespec now;

	if (strstr(line, "adopt_socket_readbuf")) /* said for each connection that is taken over */
		return;
	metrics_add(&complaints.metrics->library_complaints, 1);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - complaints.begin >= COMPLAINTS_S) {
		complaints.begin = now.tv_sec;
		complaints.lines = 0;
	}
	if (complaints.lines++ < COMPLAINTS)
		log_line(level & LLL_ERR ? LOG_WARN : LOG_NOTE, "libwebsockets: %.*s", len, line);
}

static void *ws_thread(void *arg)
{
	struct ws *ws = arg;

	while (!atomic_load(&ws->quit) && lws_service(ws->ctx, 0) >= 0)
		;
	return NULL;
}

/* The library makes tables as long as the limit of open files: high enough, and no higher. */
static void limit_files(const struct options *opt)
{
	struct rlimit rl;
	rlim_t want = opt->max_viewers + 8192;

	if (getrlimit(RLIMIT_NOFILE, &rl))
		return;
	if (rl.rlim_max != RLIM_INFINITY && want > rl.rlim_max)
		want = rl.rlim_max;
	rl.rlim_cur = want;
	if (setrlimit(RLIMIT_NOFILE, &rl))
		log_warn("the limit of open files stays as it is: %s", strerror(errno));
}

struct ws *ws_start(struct server *srv)
{
	static const lws_retry_bo_t idle = { .secs_since_valid_ping = PING_S, .secs_since_valid_hangup = HANGUP_S };
	struct lws_context_creation_info info = { 0 };
	struct ws *ws = calloc(1, sizeof(*ws));

	if (!ws)
		return NULL;
	ws->srv = srv;
	ws->peers = peers_new();
	pthread_mutex_init(&ws->lock, NULL);
	limit_files(srv->opt);
	complaints.metrics = &srv->metrics;
	lws_set_log_level(LLL_ERR, on_log);
	info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
	info.vhost_name = VHOST;
	info.protocols = protocols;
	info.extensions = extensions;
	info.retry_and_idle_policy = &idle;
	info.user = ws;
	info.gid = (gid_t)-1;
	info.uid = (uid_t)-1;
	info.max_http_header_data = 8192;
	info.max_http_header_pool = 64;
	info.timeout_secs = 10;
	info.options = LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME;
	ws->ctx = ws->peers ? lws_create_context(&info) : NULL;
	if (ws->ctx && !pthread_create(&ws->thread, NULL, ws_thread, ws))
		return ws;
	log_error("libwebsockets does not start");
	if (ws->ctx)
		lws_context_destroy(ws->ctx);
	peers_free(ws->peers);
	free(ws);
	return NULL;
}

void ws_adopt_read(struct ws *ws, int fd, const char *head, size_t len)
{
	struct arrival *a = malloc(sizeof(*a) + len);
	int one = 1, notsent = NOTSENT_BYTES;

	if (!a) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &notsent, sizeof(notsent));
	a->fd = fd;
	a->len = len;
	memcpy(a->head, head, len);
	pthread_mutex_lock(&ws->lock);
	a->next = ws->arrivals;
	ws->arrivals = a;
	pthread_mutex_unlock(&ws->lock);
	ws_wake(ws);
}

void ws_adopt(struct ws *ws, int fd)
{
	ws_adopt_read(ws, fd, "", 0);
}

void ws_wake(struct ws *ws)
{
	if (ws)
		lws_cancel_service(ws->ctx);
}

void ws_say_bye(struct ws *ws)
{
	struct timespec step = { .tv_nsec = 5000000 };

	if (!ws)
		return;
	atomic_store(&ws->closing, true);
	for (unsigned ms = 0; ms < STOP_MS && metrics_read(&ws->srv->metrics.viewers); ms += 5) {
		lws_cancel_service(ws->ctx);
		nanosleep(&step, NULL);
	}
}

void ws_stop(struct ws *ws)
{
	if (!ws)
		return;
	atomic_store(&ws->quit, true);
	lws_cancel_service(ws->ctx);
	pthread_join(ws->thread, NULL);
	lws_context_destroy(ws->ctx);
	while (ws->arrivals) {
		struct arrival *a = ws->arrivals;

		ws->arrivals = a->next;
		close(a->fd);
		free(a);
	}
	peers_free(ws->peers);
	pthread_mutex_destroy(&ws->lock);
	free(ws);
}
