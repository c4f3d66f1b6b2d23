// One way of scanning. Included with SCAN_NAME, SCAN_TARGET, SCAN_STATE, SCAN_LOAD, SCAN_EMIT and SCAN_MARKS defined.

SCAN_TARGET
static peil_scan_result SCAN_NAME(const peil_text *text) {
    peil_scan_result result = {0};
    const uint8_t *bytes = text->bytes;
    uint32_t *ends = text->ends;
    uint8_t *marks = text->marks;
    peil_record *record = text->records;
    peil_record *const last_record = text->records + text->most_records;
    // All ones while the byte before the chunk stands inside quotes.
    uint64_t inside_before = 0;
    // The byte before the chunk ends a field, so that a quote may open one; or is a closing quote.
    uint64_t field_begins = 1, closed_before = 0, return_before = 0;
    // A cell begins with the last byte before the chunk, and is one byte long if the chunk begins with an end.
    uint64_t open_cell = 0;
    uint64_t all_quotes = 0;
    uint32_t line = 0;
    uint8_t tail[64];
    SCAN_STATE

    record->start = (uint32_t)text->start;
    record->first_field = 0;
    record->line = 0;
    for (size_t place = text->start; place < text->count; place += 64) {
        const uint8_t *chunk = bytes + place;
        uint64_t valid = ~0ULL;
        if (text->count - place < 64) {
            valid = (1ULL << (text->count - place)) - 1;
            fill_tail(tail, chunk, text->count - place);
            chunk = tail;
        }
        uint64_t delimiters, feeds, returns, quotes;
        SCAN_LOAD
        // A delimiter or quote that is the filling byte of the tail stands behind the text.
        delimiters &= valid;
        feeds &= valid;
        quotes = text->has_quote ? quotes & valid : 0;

        uint64_t inside = inside_before;
        if (quotes) {
            inside = prefix_xor(quotes) ^ inside_before;
            all_quotes |= quotes;
        }
        uint64_t fields = (delimiters | feeds) & ~inside;
        // A return must stand before a line feed. One that ends the chunk is looked at with the next.
        uint64_t behind_return = (returns << 1) | return_before;
        if (behind_return & ~feeds & valid) return result;
        return_before = returns >> 63;
        // With the quote that opens it a field begins inside; the one that closes it stands outside.
        uint64_t opening = quotes & inside;
        uint64_t closing = quotes & ~inside;
        uint64_t behind_closing = (closing << 1) | closed_before;
        if (quotes | closed_before) {
            uint64_t may_open = (fields << 1) | field_begins | behind_closing;
            uint64_t may_follow = delimiters | feeds | returns | quotes;
            if ((opening & ~may_open) | (behind_closing & ~may_follow & valid)) return result;
        }
        closed_before = closing >> 63;
        uint64_t starts = ((fields << 1) | field_begins) & valid;
        field_begins = fields >> 63;
        inside_before = (uint64_t)((int64_t)inside >> 63);

        uint64_t record_ends = feeds & ~inside;
        uint32_t *const chunk_ends = ends;
        SCAN_EMIT
        if (marks) {
            // A return outside quotes stands before a line feed, as was seen above or will be.
            uint64_t stops = fields | (returns & ~inside);
            // Without a branch: where there is no such cell, a mark is written that the next one replaces.
            uint64_t is_one_byte = open_cell & stops;
            *(marks - is_one_byte) = bytes[place - is_one_byte];
            uint64_t empties = starts & stops, longs = starts & ~stops & ~(stops >> 1);
            open_cell = longs >> 63;
            SCAN_MARKS
        }
        while (record_ends) {
            int bit = __builtin_ctzll(record_ends);
            uint64_t up_to = record_ends ^ (record_ends - 1);
            record_ends &= record_ends - 1;
            size_t feed = place + (size_t)bit;
            uint32_t *end = chunk_ends + __builtin_popcountll(fields & up_to);
            if (feed > record->start && bytes[feed - 1] == '\r') {
                end[-1] = (uint32_t)(feed - 1);
                result.pairs++;
            } else {
                result.line_feeds++;
            }
            size_t field_count = (size_t)(end - text->ends) - record->first_field;
            if (end[-1] - record->start > text->most_bytes || field_count > text->most_fields) return result;
            if (++record == last_record) return result;
            record->start = (uint32_t)(feed + 1);
            record->first_field = (uint32_t)(end - text->ends);
            record->line = line + (uint32_t)__builtin_popcountll(feeds & up_to);
        }
        line += (uint32_t)__builtin_popcountll(feeds);
    }
    // A return with which the text ends may be half of a line end.
    if (text->count > text->start && bytes[text->count - 1] == '\r') return result;
    SCAN_FINISH
    result.mark_count = marks ? (size_t)(marks - text->marks) : 0;
    result.record_count = (size_t)(record - text->records);
    result.end_count = record->first_field;
    result.open_ends = (size_t)(ends - text->ends) - record->first_field;
    result.lines = line;
    result.is_plain = text->count - record->start <= text->most_bytes && result.open_ends <= text->most_fields;
    result.is_inside = inside_before != 0;
    result.holds_quote = all_quotes != 0;
    return result;
}

#undef SCAN_NAME
#undef SCAN_TARGET
#undef SCAN_STATE
#undef SCAN_LOAD
#undef SCAN_EMIT
#undef SCAN_MARKS
#undef SCAN_FINISH
