/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"

const WsscCommand wssc_commands[] = {
    {"", wssc_command_summary, WSSC_TAKES_FILES | WSSC_TAKES_FAIL_ON, "Contexts, verdicts, findings",
     "wssc --tls-keylog keys.log capture.pcapng"},
    {"contexts", wssc_command_contexts, WSSC_TAKES_FILES, "One row per security context",
     "wssc contexts --tls-keylog keys.log capture.pcapng"},
    {"timeline", wssc_command_timeline, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT, "Every event of each context, in order",
     "wssc timeline --context urn:uuid:... capture.pcapng"},
    {"verify", wssc_command_verify, WSSC_TAKES_FILES | WSSC_TAKES_VERIFY | WSSC_TAKES_EXPLAIN | WSSC_WANTS_HYPOTHESES,
     "Every signature and its verdict; status 1 if any is invalid",
     "wssc verify -k service.key.pem --explain 42 capture.pcapng"},
    {"findings", wssc_command_findings, WSSC_TAKES_FILES | WSSC_TAKES_FAIL_ON, "Rules broken and facts worth attention",
     "wssc findings --fail-on warn capture.pcapng"},
    {"why", wssc_command_why, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT | WSSC_TAKES_WHY | WSSC_WANTS_HYPOTHESES,
     "What went wrong and why, the most telling first", "wssc why --tls-keylog keys.log capture.pcapng"},
    {"binding", wssc_command_binding, WSSC_TAKES_FILES | WSSC_TAKES_CONTEXT | WSSC_TAKES_BINDING,
     "The WWSAPI security binding that both ends must be configured with",
     "wssc binding --emit c --tls-keylog keys.log capture.pcapng"},
    {"report", wssc_command_report, WSSC_TAKES_FILES | WSSC_TAKES_REPORT | WSSC_WANTS_HYPOTHESES,
     "One self-contained HTML page", "wssc report --tls-keylog keys.log capture.pcapng -o report.html"},
    {"events", wssc_command_events, WSSC_TAKES_FILES | WSSC_TAKES_EMIT_KEYS | WSSC_WANTS_HYPOTHESES,
     "Everything as NDJSON, one event a line", "wssc events capture.pcapng > events.ndjson"},
    {"decode", wssc_command_decode, WSSC_TAKES_FILES | WSSC_TAKES_DECODE | WSSC_TAKES_EXPLAIN,
     "SOAP messages from a file that is no capture: readable XML and our view",
     "wssc decode -k service.key.pem message.xml"},
    {"derive", wssc_command_derive, WSSC_TAKES_DERIVE, "The key calculator",
     "wssc derive --secret HEX --label TEXT --nonce BASE64 --length 16"},
    {"keys", wssc_command_keys, WSSC_TAKES_FILES, "The key file of what the capture itself reveals (secrets!)",
     "wssc keys --tls-keylog keys.log capture.pcapng > capture.keys"},
};
const guint wssc_command_count = G_N_ELEMENTS(wssc_commands);
