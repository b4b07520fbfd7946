/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What each end is like: its features, compared with the marks of the stacks (marks.def). Never more than "like": a
 * stack can be made to write as another one does.
 */
#include <string.h>

#include "binding/private.h"

#define MOST_SHOWN 60 /* characters of a feature in a reason */
#define ENOUGH 32     /* messages of one end that are looked at: each is written as the one before */

typedef enum {
    FEATURE_RST_ORDER,
    FEATURE_RST_CONTEXT,
    FEATURE_RSTR_ORDER,
    FEATURE_HEADERS,
    FEATURE_MESSAGE_ID,
    FEATURE_IDENTIFIER,
    FEATURE_INSTANCE,
    FEATURE_ID_TIMESTAMP,
    FEATURE_ID_USERNAME,
    FEATURE_ID_TOKEN,
    FEATURE_ID_SIGNATURE,
    FEATURE_PREFIX_ENVELOPE,
    FEATURE_PREFIX_ADDRESSING,
    FEATURE_PREFIX_SECURITY,
    FEATURE_PREFIX_UTILITY,
    FEATURE_PREFIX_TRUST,
    FEATURE_PREFIX_TOKEN,
    FEATURE_PREFIX_SIGNATURE,
    FEATURE_REFERENCE,
    FEATURE_DIGITS,
    FEATURE_LIFE_DIGITS,
    FEATURE_AGENT,
    FEATURE_MAX
} Feature;

static const char *const feature_words[FEATURE_MAX] = {"children of RequestSecurityToken",
                                                       "attribute Context",
                                                       "children of the answer",
                                                       "header blocks",
                                                       "MessageID",
                                                       "Identifier",
                                                       "Instance",
                                                       "id of the Timestamp",
                                                       "id of the UsernameToken",
                                                       "id of the context token",
                                                       "id of the Signature",
                                                       "prefix of the Envelope",
                                                       "prefix of addressing",
                                                       "prefix of Security",
                                                       "prefix of wsu",
                                                       "prefix of WS-Trust",
                                                       "prefix of the context token",
                                                       "prefix of the Signature",
                                                       "reference to the token",
                                                       "fraction digits of times",
                                                       "fraction digits of the lifetime",
                                                       "agent"};

static const struct {
    WsscPart part;
    Feature feature;
    WsscStack stack;
    int weight;
    const char *patterns;
} marks[] = {
#define WSSC_MARK(part, feature, stack, weight, patterns)                                                              \
    {WSSC_PART_##part, FEATURE_##feature, WSSC_STACK_##stack, weight, patterns},
#include "binding/marks.def"
#undef WSSC_MARK
};

const char *wssc_stack_name(WsscStack stack)
{
    static const char *const names[WSSC_STACK_MAX] = {
#define WSSC_STACK(ID, name) [WSSC_STACK_##ID] = name,
#include "binding/stacks.def"
#undef WSSC_STACK
    };
    return names[stack];
}

/* ---- features --------------------------------------------------------------------------------------------------- */

typedef struct {
    char *of[FEATURE_MAX]; /* NULL: not seen */
} Features;

static void set(Features *features, Feature feature, const char *text)
{
    if (features->of[feature] == NULL && text != NULL)
        features->of[feature] = g_strdup(text);
}

static void add_word(GString *words, const char *word)
{
    if (words->len > 0)
        g_string_append_c(words, ' ');
    g_string_append(words, word);
}

static char *children_of(const WsscTrust *trust)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < trust->parameters->len && names->len < 512; i++) {
        const WsscParameter *parameter = trust->parameters->pdata[i];
        if (!parameter->is_secondary)
            add_word(names, parameter->name);
    }
    return g_string_free(names, FALSE);
}

/* Blocks of addressing and security; others are the application's. */
static char *headers_of(const WsscSoap *soap)
{
    GString *names = g_string_new(NULL);
    guint last = soap->outline->len;
    for (guint i = 0; i < soap->outline->len; i++) {
        const WsscOutlineItem *item = soap->outline->pdata[i];
        WsscNsFamily family = wssc_ns_family(item->ns);
        gboolean is_body = i + 1 == last && family != WSSC_NS_FAMILY_WSSE && family != WSSC_NS_FAMILY_WSA;
        if (item->depth == 2 && !is_body && (family == WSSC_NS_FAMILY_WSA || family == WSSC_NS_FAMILY_WSSE) &&
            names->len < 512)
            add_word(names, item->name);
    }
    return g_string_free(names, FALSE);
}

static void take_item(Features *features, const WsscOutlineItem *item, int id, int prefix)
{
    if (id >= 0)
        set(features, (Feature)id, item->id);
    if (prefix >= 0)
        set(features, (Feature)prefix, item->prefix);
}

static void take_outline(Features *features, const WsscSoap *soap)
{
    static const struct {
        WsscNsFamily family;
        const char *name;
        int id, prefix; /* a Feature; -1: none */
    } items[] = {
        {WSSC_NS_FAMILY_SOAP, "Envelope", -1, FEATURE_PREFIX_ENVELOPE},
        {WSSC_NS_FAMILY_WSA, "Action", -1, FEATURE_PREFIX_ADDRESSING},
        {WSSC_NS_FAMILY_WSSE, "Security", -1, FEATURE_PREFIX_SECURITY},
        {WSSC_NS_FAMILY_WSU, "Timestamp", FEATURE_ID_TIMESTAMP, FEATURE_PREFIX_UTILITY},
        {WSSC_NS_FAMILY_WSSE, "UsernameToken", FEATURE_ID_USERNAME, -1},
        {WSSC_NS_FAMILY_WSC, "SecurityContextToken", FEATURE_ID_TOKEN, FEATURE_PREFIX_TOKEN},
        {WSSC_NS_FAMILY_DS, "Signature", FEATURE_ID_SIGNATURE, FEATURE_PREFIX_SIGNATURE},
        {WSSC_NS_FAMILY_WST, "RequestSecurityToken", -1, FEATURE_PREFIX_TRUST},
        {WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponse", -1, FEATURE_PREFIX_TRUST},
        {WSSC_NS_FAMILY_WST, "RequestSecurityTokenResponseCollection", -1, FEATURE_PREFIX_TRUST},
    };
    for (guint i = 0; i < G_N_ELEMENTS(items); i++) {
        const WsscOutlineItem *item = wssc_outline_find(soap, items[i].family, items[i].name);
        if (item != NULL)
            take_item(features, item, items[i].id, items[i].prefix);
    }
}

/* How the signature refers to the token that stands beside it. */
static void take_reference(Features *features, const WsscSoap *soap)
{
    const WsscSecurityHeader *security = soap->security;
    for (guint i = 0; security != NULL && security->scts->len > 0 && i < security->references->len; i++) {
        const WsscReference *reference = security->references->pdata[i];
        const WsscSct *sct = security->scts->pdata[0];
        if (reference->kind != WSSC_STR_LOCAL || g_strcmp0(reference->value, sct->id) != 0)
            continue;
        set(features, FEATURE_REFERENCE,
            reference->value_type == NULL    ? "URI"
            : reference->is_value_type_first ? "ValueType URI"
                                             : "URI ValueType");
        return;
    }
}

static void take_digits(Features *features, Feature feature, int digits)
{
    g_autofree char *text = digits >= 0 ? g_strdup_printf("%d", digits) : NULL;
    set(features, feature, text);
}

static void take_message(Features *features, const WsscMessage *message)
{
    const WsscSoap *soap = message->soap;
    g_autofree char *headers = headers_of(soap);

    if (*headers != '\0' && !soap->has_encrypted_header)
        set(features, FEATURE_HEADERS, headers);
    set(features, FEATURE_MESSAGE_ID, soap->message_id);
    take_outline(features, soap);
    take_reference(features, soap);
    if (soap->security != NULL)
        take_digits(features, FEATURE_DIGITS, soap->security->created_digits);
    /* A proxy writes its own. */
    if (message->agent != NULL && *message->agent != '\0' && message->forwarded == NULL)
        set(features, FEATURE_AGENT, message->agent);
}

static void take_grant(Features *client, Features *service, const WsscGrant *grant)
{
    gboolean is_issue = grant->operation == WSSC_OPERATION_ISSUE;
    g_autofree char *asked = grant->rst != NULL && is_issue ? children_of(grant->rst) : NULL;
    g_autofree char *given =
        grant->rstr != NULL && grant->rstr->sct != NULL && is_issue ? children_of(grant->rstr) : NULL;

    set(client, FEATURE_RST_ORDER, asked);
    if (grant->rst != NULL && is_issue)
        set(client, FEATURE_RST_CONTEXT, grant->rst->context != NULL ? "yes" : "no");
    set(service, FEATURE_RSTR_ORDER, given);
    if (given != NULL && grant->rst != NULL && grant->rst->context != NULL)
        set(service, FEATURE_RST_CONTEXT, grant->rstr->context != NULL ? "yes" : "no");
    if (grant->rstr == NULL || grant->rstr->sct == NULL)
        return;
    set(service, FEATURE_IDENTIFIER, grant->rstr->sct->identifier);
    set(service, FEATURE_INSTANCE, grant->rstr->sct->instance);
    set(service, FEATURE_ID_TOKEN, grant->rstr->sct->id);
    take_digits(service, FEATURE_LIFE_DIGITS, grant->rstr->created_digits);
}

/* ---- comparison ------------------------------------------------------------------------------------------------- */

static const char *next_character(const char *text)
{
    do
        text++;
    while (((guint8)*text & 0xc0) == 0x80);
    return text;
}

/* One of the patterns: it ends at a "|". What stands behind the last "*" that was met is tried further on where it does
 * not fit: what stood before it never has to be tried again. */
static gboolean fits_one(const char *pattern, const char *text)
{
    const char *behind_star = NULL, *tried = NULL;
    for (;;) {
        gboolean is_end = *pattern == '\0' || *pattern == '|';
        if (is_end && *text == '\0')
            return TRUE;
        if (!is_end && *pattern == '*') {
            behind_star = ++pattern;
            tried = text;
        } else if (!is_end && *text != '\0' && (*pattern == '?' || *pattern == *text)) {
            text = *pattern == '?' ? next_character(text) : text + 1;
            pattern++;
        } else if (behind_star != NULL && *tried != '\0') {
            text = tried = next_character(tried);
            pattern = behind_star;
        } else {
            return FALSE;
        }
    }
}

/* Of all marks, for each binding: nothing is allocated or compiled. */
static gboolean fits(const char *patterns, const char *text)
{
    for (const char *each = patterns;; each++) {
        if (fits_one(each, text))
            return TRUE;
        each = strchr(each, '|');
        if (each == NULL)
            return FALSE;
    }
}

typedef struct {
    int score, most; /* what its marks for the features that were seen would come to at best */
    GArray *fitting; /* guint: index into marks */
} Score;

static void score_mark(guint i, const Features *features, Score *scores)
{
    Score *score = &scores[marks[i].stack];
    const char *seen = features->of[marks[i].feature];
    if (seen == NULL)
        return;
    if (fits(marks[i].patterns, seen)) {
        score->score += marks[i].weight;
        score->most += marks[i].weight;
        g_array_append_val(score->fitting, i);
    } else if (marks[i].feature != FEATURE_AGENT) {
        score->score -= marks[i].weight;
        score->most += marks[i].weight;
    }
}

static int by_weight(gconstpointer a, gconstpointer b)
{
    guint left = *(const guint *)a, right = *(const guint *)b;
    if (marks[left].weight != marks[right].weight)
        return marks[right].weight - marks[left].weight;
    return left < right ? -1 : left > right;
}

/* What the capture holds may be anything: a reason shows its beginning. */
static char *reason_of(guint mark, const Features *features)
{
    const char *seen = features->of[marks[mark].feature];
    gsize len = strlen(seen);
    g_autofree char *valid = g_utf8_make_valid(seen, (gssize)MIN(len, MOST_SHOWN));
    return g_strdup_printf("%s: %s%s", feature_words[marks[mark].feature], *valid != '\0' ? valid : "none",
                           len > MOST_SHOWN ? "..." : "");
}

static void settle(const Features *features, Score *scores, int best, int second, WsscLikeness *likeness)
{
    const Score *score = &scores[best];
    int lead = second >= 0 ? score->score - MAX(scores[second].score, 0) : score->score;

    /* A few marks that many stacks share say nothing. */
    if (score->score < 4 || lead < 2 || score->score * 3 < score->most)
        return;
    likeness->is_like = TRUE;
    likeness->like = (WsscStack)best;
    likeness->confidence = score->score >= 10 && lead >= 4 ? "likely" : "possible";
    g_array_sort(score->fitting, by_weight);
    for (guint i = 0; i < score->fitting->len; i++)
        g_ptr_array_add(likeness->reasons, reason_of(g_array_index(score->fitting, guint, i), features));
}

static gboolean is_ruled_out(const WsscBinding *binding, WsscPart part)
{
    for (guint i = 0; i < binding->breaches->len; i++)
        if (((const WsscBreach *)binding->breaches->pdata[i])->part == part)
            return TRUE;
    return FALSE;
}

static void judge(WsscBinding *binding, WsscPart part, const Features *features)
{
    Score scores[WSSC_STACK_MAX] = {{0}};
    gboolean is_out = is_ruled_out(binding, part);
    int best = -1, second = -1;

    for (int s = 0; s < WSSC_STACK_MAX; s++)
        scores[s].fitting = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
        if (marks[i].part == part)
            score_mark(i, features, scores);
    for (int s = 0; s < WSSC_STACK_MAX; s++) {
        if (is_out && (s == WSSC_STACK_WWSAPI || s == WSSC_STACK_WINE))
            continue;
        if (best < 0 || scores[s].score > scores[best].score) {
            second = best;
            best = s;
        } else if (second < 0 || scores[s].score > scores[second].score) {
            second = s;
        }
    }
    settle(features, scores, best, second, &binding->likeness[part]);
    for (int s = 0; s < WSSC_STACK_MAX; s++)
        g_array_unref(scores[s].fitting);
}

void wssc_likeness_find(const WsscTrace *trace, WsscBinding *binding)
{
    Features ends[WSSC_PART_MAX] = {{{NULL}}};
    guint looked_at[WSSC_PART_MAX] = {0};

    for (guint i = 0; i < trace->grants->len; i++)
        take_grant(&ends[WSSC_PART_CLIENT], &ends[WSSC_PART_SERVICE], trace->grants->pdata[i]);
    /* Faults are written by other parts of a stack, with less in them: they come last. */
    for (int faults = 0; faults < 2; faults++) {
        for (guint i = 0; i < trace->messages->len; i++) {
            const WsscMessage *message = trace->messages->pdata[i];
            WsscPart part = message->is_response ? WSSC_PART_SERVICE : WSSC_PART_CLIENT;
            if ((message->soap->fault != NULL) == (faults == 1) && looked_at[part]++ < ENOUGH)
                take_message(&ends[part], message);
        }
    }
    for (int part = 0; part < WSSC_PART_MAX; part++) {
        judge(binding, (WsscPart)part, &ends[part]);
        for (int f = 0; f < FEATURE_MAX; f++)
            g_free(ends[part].of[f]);
    }
}
