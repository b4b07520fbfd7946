/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * What the timeline tells of a context, and of the tokens that it was asked for with: from the issue of a token to the
 * end of the context.
 */
#ifndef WSSC_REPORT_STORY_H
#define WSSC_REPORT_STORY_H

#include "model/model.h"

/* WsscEvent, in order, borrowed from the model. Caller frees the list. */
GPtrArray *wssc_story_of_context(const WsscContext *context);
/* NULL for a token whose life is told with a context: one that it was asked for with, or that the token itself is. */
GPtrArray *wssc_story_of_token(const WsscModel *model, const WsscToken *token);

#endif
