/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every valid signature of real traffic and of the corpus, under every family of mutations: none may stay valid.
 * One named case a family, which fails too when it found nothing to change. "-m slow" makes all mutations; else
 * each family takes a share of the signatures, and a few places in each.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "mutate.h"
#include "tally.h"

/* Signatures of each source that a family changes, and places it changes in each. ENOUGH mutations are done with a
 * source, where each signature has dozens. */
enum { SHARE = 6, FEW = 3, MANY = 6, ENOUGH = 40, LARGE = 64 * 1024 };

static struct {
    GPtrArray *samples;  /* Sample */
    GPtrArray *forms;    /* Form */
    GPtrArray *subjects; /* Subject */
    guint lost;          /* valid signatures that no copy of their message as text has */
    GHashTable *sources; /* name -> Tally */
    GPtrArray *lines;    /* of the report */
    gboolean is_habits;  /* only messages that are valid by a habit: not every family has something to change there */
} all;

/* ---- signatures ------------------------------------------------------------------------------------------- */

static WsscSecurity *check_so(const WsscXml *xml, WsscKeyring *ring, gboolean is_strict)
{
    WsscSecurityOptions options = {.frame = 1, .want_hypotheses = FALSE, .is_strict = is_strict};
    g_autoptr(WsscVerifier) verifier = wssc_verifier_new(ring);
    return wssc_security_process(xml, verifier, &options);
}

static WsscSecurity *check(const WsscXml *xml, WsscKeyring *ring)
{
    return check_so(xml, ring, FALSE);
}

static WsscSecurity *check_text(GBytes *text, WsscKeyring *ring)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(WsscXml) xml = wssc_xml_parse(text, NULL, &error);
    g_assert_no_error(error);
    return check(xml, ring);
}

static const WsscSignature *by_value(const WsscSecurity *security, const char *value)
{
    for (guint i = 0; i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        if (signature->verdict == WSSC_VERDICT_VALID && strcmp(signature->value, value) == 0)
            return signature;
    }
    return NULL;
}

static void free_subject(Subject *subject)
{
    g_free(subject->value);
    g_free(subject->algorithm);
    g_free(subject->context);
    g_free(subject->instance);
    g_free(subject);
}

static void add_subjects(const WsscSecurity *original, const Form *form, const WsscSecurity *seen,
                         const WsscSecurity *opened)
{
    for (guint i = 0; i < original->signatures->len; i++) {
        const WsscSignature *signature = original->signatures->pdata[i];
        if (signature->verdict != WSSC_VERDICT_VALID)
            continue;
        const WsscSignature *same = by_value(seen, signature->value);
        Mutation m = {.limit = 1};
        Subject *subject = g_new0(Subject, 1);

        subject->form = form;
        subject->index = all.subjects->len;
        subject->position = same != NULL ? same->position : 0;
        subject->value = g_strdup(signature->value);
        subject->algorithm = g_strdup(signature->algorithm);
        subject->context = g_strdup(signature->context);
        subject->instance = g_strdup(signature->instance);
        subject->protects = signature->protects;
        subject->covers_cipher = opened != NULL && by_value(opened, signature->value) == NULL;
        gboolean is_there = same != NULL && mutation_open(&m, subject, tree_parse(form->text));
        mutation_close(&m);
        if (is_there) /* not inside what is still encrypted */
            g_ptr_array_add(all.subjects, subject);
        else
            free_subject(subject);
    }
}

static guint count_lost(const WsscSecurity *original, guint first_subject)
{
    guint lost = 0;
    for (guint i = 0; i < original->signatures->len; i++) {
        const WsscSignature *signature = original->signatures->pdata[i];
        gboolean is_found = signature->verdict != WSSC_VERDICT_VALID;
        for (guint k = first_subject; k < all.subjects->len && !is_found; k++)
            is_found = strcmp(((const Subject *)all.subjects->pdata[k])->value, signature->value) == 0;
        lost += !is_found;
    }
    return lost;
}

static Form *new_form(const Sample *sample, const WsscXml *xml, gboolean is_opened)
{
    Form *form = g_new0(Form, 1);
    form->sample = sample;
    form->text = tree_text(xml->doc);
    form->is_opened = is_opened;
    g_ptr_array_add(all.forms, form);
    return form;
}

static void add_sample(const Sample *sample)
{
    g_autoptr(WsscXml) xml = sample_read(sample, sample->octets);
    g_autoptr(WsscKeyring) ring = keys_ring(sample->keys, KEYS_AS_THEY_ARE, 0);
    g_autoptr(WsscSecurity) seen_opened = NULL;
    /* libxml2 does not escape namespace names when it writes a tree: no copy can be made of such a message. */
    if (xml == NULL || wssc_xml_has_odd_names(xml->doc))
        return;
    g_autoptr(WsscSecurity) original = check(xml, ring);
    if (original->signatures->len == 0)
        return;
    guint first_subject = all.subjects->len;
    Form *wire = new_form(sample, xml, FALSE);
    g_autoptr(WsscSecurity) seen = check_text(wire->text, ring);
    if (original->opened != NULL) {
        Form *opened = new_form(sample, original->opened, TRUE);
        seen_opened = check_text(opened->text, ring);
        add_subjects(original, opened, seen_opened, NULL);
    }
    add_subjects(original, wire, seen, seen_opened);
    all.lost += count_lost(original, first_subject);
}

/* Rather of another capture: Metro signs the same Timestamp with two keys of one context, and either is good. */
static char *other_value(guint position, gboolean of_same_keys)
{
    const Subject *subject = all.subjects->pdata[position];
    for (guint k = 1; k < all.subjects->len; k++) {
        const Subject *other = all.subjects->pdata[(position + k) % all.subjects->len];
        if (strcmp(other->form->sample->source, subject->form->sample->source) == 0 &&
            (other->form->sample->keys == subject->form->sample->keys) == of_same_keys &&
            strcmp(other->value, subject->value) != 0)
            return other->value;
    }
    return NULL;
}

static void find_other_values(void)
{
    for (guint i = 0; i < all.subjects->len; i++) {
        Subject *subject = all.subjects->pdata[i];
        subject->other_value = other_value(i, FALSE);
        if (subject->other_value == NULL)
            subject->other_value = other_value(i, TRUE);
    }
}

/* ---- verdicts --------------------------------------------------------------------------------------------- */

static gboolean is_it(const Subject *subject, const Family *family, const WsscSignature *signature)
{
    if ((family->flags & BY_POSITION) != 0)
        return signature->position == subject->position;
    return signature->value != NULL && strcmp(signature->value, subject->value) == 0;
}

static Seen see_one(const Mutation *m, const WsscSignature *signature)
{
    switch (signature->verdict) {
    case WSSC_VERDICT_INVALID:
        return SEEN_INVALID;
    case WSSC_VERDICT_NO_KEY:
        return SEEN_NO_KEY;
    case WSSC_VERDICT_UNSUPPORTED:
        return SEEN_UNSUPPORTED;
    default:
        return m->habit != NULL && g_strcmp0(signature->deviation, m->habit) == 0 ? SEEN_HABIT : SEEN_VALID;
    }
}

/* The worst of all that may be the signature. Without a value of its own (no key, or not looked at) it is known by
 * its place. */
static Seen see(const Mutation *m, const Family *family, const WsscSecurity *security, const WsscSignature **ret_seen)
{
    Seen seen = SEEN_GONE;
    *ret_seen = NULL;
    for (guint i = 0; i < security->signatures->len; i++) {
        const WsscSignature *signature = security->signatures->pdata[i];
        if (!is_it(m->subject, family, signature))
            continue;
        Seen one = see_one(m, signature);
        if (*ret_seen == NULL || one == SEEN_VALID)
            seen = one;
        *ret_seen = *ret_seen == NULL || one == SEEN_VALID ? signature : *ret_seen;
    }
    if (*ret_seen == NULL && m->subject->position <= security->signatures->len) {
        *ret_seen = security->signatures->pdata[m->subject->position - 1];
        if ((*ret_seen)->value == NULL)
            seen = see_one(m, *ret_seen);
    }
    return seen;
}

static gboolean fits_digests(const WsscSignature *signature)
{
    for (guint i = 0; i < signature->references->len; i++)
        if (((const WsscSignedReference *)signature->references->pdata[i])->digest != WSSC_DIGEST_OK)
            return FALSE;
    return TRUE;
}

/* Something is still encrypted that a fitting value may be over: nothing proves a digest wrong then. */
static gboolean is_open(const WsscSignature *signature)
{
    gboolean is_open = FALSE;
    for (guint i = 0; i < signature->references->len; i++)
        is_open |= ((const WsscSignedReference *)signature->references->pdata[i])->digest == WSSC_DIGEST_UNCHECKED;
    return is_open && signature->is_value_fit;
}

/* NULL, or what is wrong with the verdict. */
static const char *complain(const Family *family, const Mutation *m, Seen seen, const WsscXml *xml,
                            const WsscSecurity *security, const WsscSignature *signature)
{
    if (seen == SEEN_VALID && (family->flags & NEVER_PLAIN) != 0 && !is_plain(m, xml, security, signature))
        return NULL;
    /* A signature of what stands in the Body is the payload's own: the verdict says that it protects no more. */
    if (seen == SEEN_VALID && (family->flags & MAY_BE_MARKED) != 0 && signature->protects == WSSC_PROTECTS_PAYLOAD)
        return NULL;
    if (seen == SEEN_VALID && (family->flags & MAY_BE_MARKED) != 0 && signature->protects != WSSC_PROTECTS_MESSAGE &&
        (has_note(security, "signature-for-others") || has_note(security, "nested-message")))
        return NULL;
    /* A misfit of a key that only a habit gives proves nothing. */
    gboolean may_lack_key = all.is_habits || (family->flags & (MAY_LACK_KEY | MUST_LACK_KEY)) != 0 || m->touches_key;
    if (seen == SEEN_VALID)
        return "it is still valid";
    if (seen == SEEN_GONE && (family->flags & MAY_BE_GONE) == 0)
        return "the signature is no longer seen";
    if (seen == SEEN_NO_KEY && !may_lack_key && !is_open(signature))
        return "no-key, though nobody took the key away";
    if (seen == SEEN_INVALID && (family->flags & MUST_LACK_KEY) != 0)
        return "called invalid without a key to know that by";
    if (seen == SEEN_INVALID && (family->flags & WANTS_NOTE) != 0 && fits_digests(signature) &&
        !has_note(security, "signature-wrapping"))
        return "no finding names the wrapping";
    if (seen == SEEN_INVALID && (family->flags & WANTS_NOTE) != 0 && strcmp(family->name, "moved/id-twice") == 0 &&
        !m->touches_key && !has_note(security, "duplicate-id"))
        return "no finding names the id that is there twice";
    return NULL;
}

static WsscXml *read_mutation(const Mutation *m)
{
    if (m->octets != NULL)
        return sample_read(m->subject->form->sample, m->octets);
    g_autoptr(GBytes) text = tree_text(m->doc);
    return wssc_xml_parse(text, NULL, NULL);
}

/* ---- one family ------------------------------------------------------------------------------------------- */

static void judge(const Family *family, const Mutation *m, WsscKeyring *ring, Tally *tally, guint *complaints)
{
    const char *problem = "the changed message cannot be read";
    const WsscSignature *signature = NULL;
    g_autoptr(WsscXml) xml = read_mutation(m);
    g_autoptr(WsscSecurity) security = xml != NULL ? check(xml, m->ring != NULL ? m->ring : ring) : NULL;
    if (security != NULL) {
        Seen seen = see(m, family, security, &signature);
        problem = complain(family, m, seen, xml, security, signature);
        tally->seen[seen]++;
    }
    tally->mutations++;
    if (problem == NULL)
        return;
    if ((*complaints)++ < 20)
        g_test_message("%s%s, signature %u, %s: %s (%s%s%s)", m->subject->form->sample->name,
                       m->subject->form->is_opened ? " opened" : "", m->subject->position, m->label->str, problem,
                       signature != NULL ? wssc_verdict_name(signature->verdict) : "-",
                       signature != NULL && signature->reason != NULL ? ": " : "",
                       signature != NULL && signature->reason != NULL ? signature->reason : "");
}

static void mutate_subject(const Family *family, const Subject *subject, Tally *tally, guint *complaints)
{
    g_autoptr(WsscKeyring) ring = keys_ring(subject->form->sample->keys, KEYS_AS_THEY_ARE, 0);
    gboolean is_large = g_bytes_get_size(subject->form->text) > LARGE;
    guint before = tally->mutations;
    Step step = NOT_HERE;
    for (guint turn = 0; step != NO_MORE; turn++) {
        Mutation m = {.turn = turn, .limit = g_test_slow() && !is_large ? MANY : FEW};
        g_assert_true(mutation_open(&m, subject, tree_parse(subject->form->text)));
        step = family->apply(&m);
        if (step == MUTATED)
            judge(family, &m, ring, tally, complaints);
        mutation_close(&m);
    }
    tally->signatures += tally->mutations > before;
}

static void report(const char *name, const Tally *tally)
{
    g_ptr_array_add(all.lines, tally_line(name, tally));
}

static gboolean is_share_full(const Family *family, const Tally *tally)
{
    return tally->signatures >= SHARE || ((family->flags & NEVER_PLAIN) != 0 && tally->mutations >= ENOUGH);
}

/* The share of a family: other signatures for each, so that all have their turn, and every source has some. What a
 * family can't do to one signature it can to the next: it goes on until the share is full. */
static void test_family(gconstpointer data)
{
    const Family *family = data;
    g_autoptr(GHashTable) tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint start = g_str_hash(family->name) % all.subjects->len;
    guint complaints = 0;
    Tally total = {0};
    for (guint i = 0; i < all.subjects->len; i++) {
        const Subject *subject = all.subjects->pdata[(start + i) % all.subjects->len];
        const char *source = subject->form->sample->source;
        Tally *tally = tally_of(tallies, source);
        if (((family->flags & ON_WIRE_ONLY) != 0 && subject->form->is_opened) ||
            (!g_test_slow() && is_share_full(family, tally)))
            continue;
        Tally one = {0};
        mutate_subject(family, subject, &one, &complaints);
        tally_sum(tally, &one);
        tally_sum(&total, &one);
        tally_sum(tally_of(all.sources, source), &one);
    }
    report(family->name, &total);
    if (total.mutations == 0 && !all.is_habits)
        g_test_message("nothing to change was found");
    if (complaints > 0 || (total.mutations == 0 && !all.is_habits) ||
        (total.seen[SEEN_VALID] > 0 && (family->flags & (MAY_BE_MARKED | NEVER_PLAIN)) == 0))
        g_test_fail();
}

/* What the families change is a copy of each message as text, which must be as good as the message. */
static void test_copies(void)
{
    g_test_message("%u signatures, %u lost in copies", all.subjects->len, all.lost);
    g_assert_cmpuint(all.subjects->len, >, 0);
    g_assert_cmpuint(all.lost, ==, 0);
}

/* What nobody touched has nothing that a receiver would take otherwise. */
static void test_untouched(void)
{
    guint count = 0;
    for (guint i = 0; i < all.samples->len; i++) {
        const Sample *sample = all.samples->pdata[i];
        g_autoptr(WsscXml) xml = sample_read(sample, sample->octets);
        g_autoptr(WsscKeyring) ring = keys_ring(sample->keys, KEYS_AS_THEY_ARE, 0);
        g_autoptr(WsscSecurity) security = xml != NULL ? check(xml, ring) : NULL;
        const char *doubt = security != NULL ? doubt_of(xml, security) : NULL;
        if (doubt != NULL && strcmp(sample->source, "corpus") != 0 && ++count > 0)
            g_test_message("%s: %s", sample->name, doubt);
    }
    g_assert_cmpuint(count, ==, 0);
}

static gboolean has_habit(const WsscSecurity *security)
{
    gboolean has = ((const WsscSignature *)security->signatures->pdata[0])->deviation != NULL;
    for (guint i = 0; i < security->decryptions->len; i++)
        has |= ((const WsscDecryption *)security->decryptions->pdata[i])->deviation != NULL;
    return has;
}

/* The habit alone makes it valid: without habits it is not. */
static void test_strict(void)
{
    for (guint i = 0; i < all.samples->len; i++) {
        const Sample *sample = all.samples->pdata[i];
        g_autoptr(WsscXml) xml = sample_read(sample, sample->octets);
        for (guint is_strict = FALSE; is_strict <= TRUE; is_strict++) {
            /* One of its own: what a habit opened once is a known key from then on. */
            g_autoptr(WsscKeyring) ring = keys_ring(sample->keys, KEYS_AS_THEY_ARE, 0);
            g_autoptr(WsscSecurity) security = check_so(xml, ring, (gboolean)is_strict);
            const WsscSignature *signature = security->signatures->pdata[0];
            g_test_message("%s%s: %s", sample->name, is_strict ? " without habits" : "",
                           wssc_verdict_name(signature->verdict));
            g_assert_true((signature->verdict == WSSC_VERDICT_VALID) == !is_strict);
            g_assert_true(has_habit(security) == !is_strict);
        }
    }
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

static void load_all(void)
{
    const char *plan_file = g_getenv("WSSC_MUTATIONS_PLAN");
    g_autofree char *plan = NULL;
    samples_from_folder(all.samples, "corpus", WSSC_SOURCE_DIR "/tests/interop/corpus");
    if (plan_file == NULL || !g_file_get_contents(plan_file, &plan, NULL, NULL))
        g_error("WSSC_MUTATIONS_PLAN names no file: run mutations_test.py");
    samples_from_captures(all.samples, plan, g_getenv("WSSC_MUTATIONS_KEYLOG"));
}

static void load(void)
{
    all.samples = g_ptr_array_new();
    all.forms = g_ptr_array_new();
    all.subjects = g_ptr_array_new();
    all.lines = g_ptr_array_new_with_free_func(g_free);
    all.sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *habits = g_getenv("WSSC_MUTATIONS_HABITS");
    all.is_habits = habits != NULL;
    if (all.is_habits)
        samples_from_folder(all.samples, "habits", habits);
    else
        load_all();
    for (guint i = 0; i < all.samples->len; i++)
        add_sample(all.samples->pdata[i]);
    find_other_values();
}

static void add_cases(const Family *families)
{
    for (const Family *family = families; family->name != NULL; family++) {
        g_autofree char *title = g_strconcat("/mutations/", family->name, NULL);
        g_test_add_data_func(title, family, test_family);
    }
}

static void print_report(void)
{
    GHashTableIter iter;
    gpointer name, tally;
    Tally total = {0};
    g_hash_table_iter_init(&iter, all.sources);
    while (g_hash_table_iter_next(&iter, &name, &tally)) {
        g_autofree char *title = g_strdup_printf("all families, %s", (const char *)name);
        tally_sum(&total, tally);
        ((Tally *)tally)->signatures = 0;
        for (guint i = 0; i < all.subjects->len; i++)
            ((Tally *)tally)->signatures +=
                strcmp(((const Subject *)all.subjects->pdata[i])->form->sample->source, name) == 0;
        report(title, tally);
    }
    total.signatures = all.subjects->len;
    report("all families, all sources", &total);
    for (guint i = 0; i < all.lines->len; i++)
        printf("# %s\n", (const char *)all.lines->pdata[i]);
}

int main(int argc, char **argv)
{
    const Family *const kinds[] = {content_families, signature_families, moved_families,
                                   placed_families,  strayed_families,   readings_families,
                                   nested_families,  key_families,       carrier_families};
    g_test_init(&argc, &argv, NULL);
    load();
    g_test_add_func("/mutations/copies", test_copies);
    if (all.is_habits)
        g_test_add_func("/mutations/strict", test_strict);
    else
        g_test_add_func("/mutations/untouched", test_untouched);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        add_cases(kinds[i]);
    int status = g_test_run();
    print_report();
    return status;
}
