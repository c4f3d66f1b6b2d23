#ifndef PEIL_BYTE_SCAN_H
#define PEIL_BYTE_SCAN_H

#include <stddef.h>
#include <stdint.h>

/// The ways in which the same answer is found; a processor knows all up to its best.
enum {
    peil_scan_portable = 0,
    peil_scan_avx2 = 1,
    peil_scan_avx512 = 2,
};

/// The best way that this processor knows.
int peil_scan_best(void);

/// A record: where it begins, and how many field ends and line ends stand before it in the text.
typedef struct {
    uint32_t start;
    uint32_t first_field;
    uint32_t line;
} peil_record;

typedef struct {
    const uint8_t *bytes;
    size_t start, count;
    uint8_t delimiter;
    /// A byte that no text holds where nothing is quoted.
    uint8_t quote;
    uint8_t has_quote;
    /// Bytes of a record, and fields of one, beyond which somebody must look closer.
    size_t most_bytes, most_fields;
    /// Room for count - start + 64 ends, of which the last 63 are scratch, and for most_records records.
    uint32_t *ends;
    peil_record *records;
    size_t most_records;
    /// Room for count - start + 128 marks of cells, as cell_marks.h says; null where nobody wants them.
    uint8_t *marks;
} peil_text;

typedef struct {
    /// Whole records; their ends, and one entry of records more, where the rest of the text begins.
    size_t record_count, end_count;
    /// Line ends of records, and line feeds of the whole text, inside quotes too.
    uint32_t line_feeds, pairs, lines;
    /// Nothing needs a closer look: quotes stand where RFC 4180 has them, line ends are LF or CR LF, no record
    /// is too large, the records had room. Without it the rest of the answer means nothing.
    uint8_t is_plain;
    /// The text ends inside quotes.
    uint8_t is_inside;
    uint8_t holds_quote;
    uint8_t is_ascii;
    uint8_t holds_nul;
    /// Ends of the record behind the whole ones that the text does not hold to its end.
    size_t open_ends;
    /// Marks written: one for each cell that begins in the text before its last byte.
    size_t mark_count;
} peil_scan_result;

/// Finds the ends of fields and records of a text in which fields are quoted as RFC 4180 says.
peil_scan_result peil_scan(const peil_text *text, int way);

/// How often `byte` stands in `bytes`.
size_t peil_count_byte(const uint8_t *bytes, size_t count, uint8_t byte, int way);

/// Place of the first byte from 0x80 on; count where there is none.
size_t peil_first_non_ascii(const uint8_t *bytes, size_t count, int way);

#endif
