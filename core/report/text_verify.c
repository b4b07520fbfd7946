/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Verdicts: a row a signature, one for each decryption that has something to say, and one a password.
 */
#include <string.h>

#include "keys/derive.h"
#include "report/layout.h"

#define MAX_MISFITS 4            /* of one signature, shown with their digests */
#define PAGE_OCTETS (256 * 1024) /* rows are not moved when there are more of them */

/* Where the number of a context is to stand. */
typedef struct {
    gsize at;               /* of the page's octets */
    const char *identifier; /* of the rows' names; NULL: none */
} Place;

/* The rows of one message. */
typedef struct {
    guint index;         /* of the message */
    guint place, places; /* the first of its places, and how many they are */
    guint page;
    guint at, end; /* of the page's octets */
} Piece;

struct WsscVerifyText {
    const WsscSession *session;
    WsscTextStyle style;
    GString *rows;    /* the latest page */
    GPtrArray *pages; /* GString, all of them, owned */
    GArray *places;   /* Place */
    GArray *pieces;   /* Piece, as the messages came */
    GStringChunk *names;
    int width;
    gboolean has_mismatch, has_unchecked;
};

static const char *short_algorithm(const char *uri)
{
    const char *hash = uri != NULL ? strrchr(uri, '#') : NULL;
    return hash != NULL ? hash + 1 : uri != NULL ? uri : "?";
}

static void put_note(GString *out, const WsscTextStyle *style, guint indent, const char *before, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *shown = wssc_shown(text);
    g_autofree char *line = g_strconcat(before, shown, NULL);
    g_string_append_printf(out, "%*s", (int)indent, "");
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent, indent + 2, line);
}

static char *signed_parts(const WsscSignature *signature)
{
    GString *parts = g_string_new(NULL);
    for (guint i = 0; i < signature->references->len; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        g_autofree char *name = wssc_shown(reference->element != NULL ? reference->element
                                           : reference->uri != NULL   ? reference->uri
                                                                      : "?");
        g_string_append_printf(parts, "%s%s%s", i == 0 ? "" : ", ", name,
                               reference->digest == WSSC_DIGEST_OK         ? ""
                               : reference->digest == WSSC_DIGEST_MISMATCH ? "(!)"
                                                                           : "(?)");
    }
    return g_string_free(parts, FALSE);
}

/* The number of a context, "-" without one, will stand there. */
static void put_number(WsscVerifyText *rows, const char *identifier)
{
    const Place place = {rows->rows->len,
                         identifier != NULL ? g_string_chunk_insert_const(rows->names, identifier) : NULL};
    g_array_append_val(rows->places, place);
}

static void fill_in(GString *out, const WsscSession *session, const char *identifier)
{
    const WsscContext *context = identifier != NULL ? wssc_session_context(session, identifier) : NULL;
    if (context != NULL)
        g_string_append_printf(out, "%7u", context->index);
    else
        g_string_append(out, "      -");
}

/* A habit with what it is; NULL without one. Caller frees. */
static char *deviation_text(const char *deviation)
{
    return deviation != NULL ? g_strdup_printf("%s: %s", deviation, wssc_deviation_title(deviation)) : NULL;
}

/* Which digests they are that do not fit: what the signer said, and what the octets give. */
static void put_misfits(GString *out, const WsscTextStyle *style, const WsscSignature *signature, guint indent)
{
    guint told = 0;
    for (guint i = 0; i < signature->references->len && told < MAX_MISFITS; i++) {
        const WsscSignedReference *reference = signature->references->pdata[i];
        if (reference->digest != WSSC_DIGEST_MISMATCH || reference->computed == NULL)
            continue;
        g_autofree char *element = wssc_shown(reference->element != NULL ? reference->element : "the document");
        g_autofree char *expected = wssc_shown(*reference->expected != '\0' ? reference->expected : "nothing");
        g_autofree char *text =
            g_strdup_printf("digest of %s: signed %s, as it is here %s", element, expected, reference->computed);
        put_note(out, style, indent, "", text);
        told++;
    }
}

static void put_signature(WsscVerifyText *rows, const WsscMessage *message, const WsscSignature *signature)
{
    const WsscTextStyle *style = &rows->style;
    GString *out = rows->rows;
    int width = rows->width;
    g_autofree char *frame = wssc_frame_text(rows->session, style, message->file, message->frame);
    g_autofree char *parts = signed_parts(signature);
    g_autofree char *algorithm = wssc_shown(short_algorithm(signature->algorithm));
    g_autofree char *deviation = deviation_text(signature->deviation);
    guint indent = (guint)width + 5;

    g_string_append_printf(out, "%*s %2u  ", width, frame, signature->position);
    wssc_put(out, style, wssc_verdict_color(signature->verdict), "%-11s", wssc_verdict_name(signature->verdict));
    g_string_append_printf(out, " %-11s %-13s ", algorithm, wssc_key_kind_name(signature->key_kind));
    put_number(rows, signature->context);
    g_string_append(out, "  ");
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent + 47, indent + 47, parts);
    put_note(out, style, indent, "", signature->reason);
    put_misfits(out, style, signature, indent);
    put_note(out, style, indent, "deviation ", deviation);
    put_note(out, style, indent, "it would fit if: ", signature->hypothesis);
    if (signature->protects == WSSC_PROTECTS_PAYLOAD || signature->protects == WSSC_PROTECTS_OTHERS)
        put_note(out, style, indent, "it does not protect this message but ",
                 signature->protects == WSSC_PROTECTS_PAYLOAD ? "what stands inside its Body" : "that of another role");
    put_note(out, style, indent, "doubt about the key: ", signature->key_doubt);
    if (signature->trust != NULL) {
        g_autofree char *trust = g_strdup_printf(
            "certificate %s: %s", signature->certificate != NULL ? signature->certificate : "?", signature->trust);
        put_note(out, style, indent, "", trust);
    }
}

/* What was opened as its algorithm says is no news. */
static gboolean is_telling(const WsscDecryption *decryption)
{
    return decryption->deviation != NULL || decryption->result == WSSC_DECRYPTION_FAILED;
}

static void put_decryption(WsscVerifyText *rows, const WsscMessage *message, const WsscDecryption *decryption)
{
    const WsscTextStyle *style = &rows->style;
    GString *out = rows->rows;
    int width = rows->width;
    g_autofree char *frame = wssc_frame_text(rows->session, style, message->file, message->frame);
    g_autofree char *algorithm = wssc_shown(short_algorithm(decryption->algorithm));
    g_autofree char *parent = wssc_shown(decryption->parent != NULL ? decryption->parent : "?");
    g_autofree char *what = g_strdup_printf("%s in %s", decryption->element, parent);
    g_autofree char *deviation = deviation_text(decryption->deviation);
    guint indent = (guint)width + 5;

    g_string_append_printf(out, "%*s  -  ", width, frame);
    wssc_put(out, style, decryption->result == WSSC_DECRYPTION_DECRYPTED ? WSSC_GREEN : WSSC_RED, "%-11s",
             wssc_decryption_result_name(decryption->result));
    g_string_append_printf(out, " %-11s %-13s ", algorithm, wssc_key_kind_name(decryption->key_kind));
    put_number(rows, decryption->context);
    g_string_append(out, "  ");
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent + 47, indent + 47, what);
    put_note(out, style, indent, "", decryption->reason);
    put_note(out, style, indent, "deviation ", deviation);
}

static void put_password(WsscVerifyText *rows, const WsscMessage *message, const WsscPasswordCheck *check)
{
    const WsscTextStyle *style = &rows->style;
    GString *out = rows->rows;
    int width = rows->width;
    g_autofree char *frame = wssc_frame_text(rows->session, style, message->file, message->frame);
    g_autofree char *user = wssc_shown(check->user);
    g_autofree char *what = g_strdup_printf("%s of user %s", wssc_password_kind_name(check->kind), user);
    guint indent = (guint)width + 5;
    g_string_append_printf(out, "%*s  -  ", width, frame);
    wssc_put(out, style,
             check->result == WSSC_PASSWORD_FITS      ? WSSC_GREEN
             : check->result == WSSC_PASSWORD_DIFFERS ? WSSC_RED
                                                      : WSSC_YELLOW,
             "%-11s", wssc_password_result_name(check->result));
    g_string_append_printf(out, " %-11s %-13s %7s  ", "-", "username", "-");
    wssc_put_wrapped(out, style, WSSC_PLAIN, indent + 47, indent + 47, what);
    put_note(out, style, indent, "", check->reason);
    put_note(out, style, indent, "it would fit if: ", check->hypothesis);
}

static void note_digests(WsscVerifyText *rows, const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++) {
        WsscDigest digest = ((const WsscSignedReference *)signature->references->pdata[i])->digest;
        rows->has_mismatch |= digest == WSSC_DIGEST_MISMATCH;
        rows->has_unchecked |= digest != WSSC_DIGEST_MISMATCH && digest != WSSC_DIGEST_OK;
    }
}

static void free_page(gpointer page)
{
    g_string_free(page, TRUE);
}

/* A message's rows stand on one page. */
static void turn_page_if_full(WsscVerifyText *rows)
{
    if (rows->rows != NULL && rows->rows->len < PAGE_OCTETS)
        return;
    rows->rows = g_string_sized_new(PAGE_OCTETS + PAGE_OCTETS / 8);
    g_ptr_array_add(rows->pages, rows->rows);
}

WsscVerifyText *wssc_verify_text_new(const WsscSession *session, const WsscTextStyle *style)
{
    WsscVerifyText *rows = g_new0(WsscVerifyText, 1);
    rows->session = session;
    rows->style = *style;
    rows->pages = g_ptr_array_new_with_free_func(free_page);
    rows->places = g_array_new(FALSE, FALSE, sizeof(Place));
    rows->names = g_string_chunk_new(4096);
    rows->width = wssc_frame_width(session, style);
    rows->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    return rows;
}

void wssc_verify_text_free(WsscVerifyText *rows)
{
    if (rows == NULL)
        return;
    g_ptr_array_unref(rows->pages);
    g_array_unref(rows->places);
    g_array_unref(rows->pieces);
    g_string_chunk_free(rows->names);
    g_free(rows);
}

void wssc_verify_text_put(gpointer data, const WsscMessage *message)
{
    WsscVerifyText *rows = data;
    const WsscSecurity *security = message->security;
    turn_page_if_full(rows);
    Piece piece = {.index = message->index,
                   .place = rows->places->len,
                   .page = rows->pages->len - 1,
                   .at = (guint)rows->rows->len};
    for (guint s = 0; security != NULL && s < security->signatures->len; s++) {
        note_digests(rows, security->signatures->pdata[s]);
        put_signature(rows, message, security->signatures->pdata[s]);
    }
    for (guint d = 0; security != NULL && d < security->decryptions->len; d++)
        if (is_telling(security->decryptions->pdata[d]))
            put_decryption(rows, message, security->decryptions->pdata[d]);
    for (guint p = 0; security != NULL && p < security->passwords->len; p++) {
        const WsscPasswordCheck *check = security->passwords->pdata[p];
        if (check->result != WSSC_PASSWORD_NO_KEY) /* then nobody asked */
            put_password(rows, message, check);
    }
    piece.end = (guint)rows->rows->len;
    piece.places = rows->places->len - piece.place;
    if (piece.end > piece.at)
        g_array_append_val(rows->pieces, piece);
}

static gint compare_pieces(gconstpointer a, gconstpointer b)
{
    guint one = ((const Piece *)a)->index, other = ((const Piece *)b)->index;
    return one < other ? -1 : one > other;
}

static void pour_piece(const WsscVerifyText *rows, const Piece *piece, GString *out)
{
    const GString *page = rows->pages->pdata[piece->page];
    gsize at = piece->at;
    for (guint i = 0; i < piece->places; i++) {
        const Place *place = &g_array_index(rows->places, Place, piece->place + i);
        g_string_append_len(out, page->str + at, (gssize)(place->at - at));
        fill_in(out, rows->session, place->identifier);
        at = place->at;
    }
    g_string_append_len(out, page->str + at, (gssize)(piece->end - at));
    wssc_pour(out, &rows->style);
}

void wssc_verify_text_finish(WsscVerifyText *rows, GString *out)
{
    const WsscTextStyle *style = &rows->style;
    if (rows->pieces->len == 0)
        g_string_append(out, "No signature.\n");
    else
        wssc_put(out, style, WSSC_BOLD, "%*s %2s  %-11s %-11s %-13s %7s  %s\n", rows->width, "FRAME", "#", "VERDICT",
                 "ALGORITHM", "KEY", "CONTEXT", "SIGNED");
    g_array_sort(rows->pieces, compare_pieces);
    for (guint i = 0; i < rows->pieces->len; i++)
        pour_piece(rows, &g_array_index(rows->pieces, Piece, i), out);
    if (rows->has_mismatch)
        wssc_put(out, style, WSSC_DIM, "(!) its digest does not fit\n");
    if (rows->has_unchecked)
        wssc_put(out, style, WSSC_DIM, "(?) its digest could not be checked\n");
}

void wssc_text_verify(const WsscSession *session, const WsscTextStyle *style, GString *out)
{
    const GPtrArray *messages = wssc_session_messages(session);
    WsscVerifyText *rows = wssc_verify_text_new(session, style);
    for (guint i = 0; i < messages->len; i++)
        wssc_verify_text_put(rows, messages->pdata[i]);
    wssc_verify_text_finish(rows, out);
    wssc_verify_text_free(rows);
}
