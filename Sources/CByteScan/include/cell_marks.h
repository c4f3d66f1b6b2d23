#ifndef PEIL_CELL_MARKS_H
#define PEIL_CELL_MARKS_H

#include "known_words.h"

#include <stddef.h>
#include <stdint.h>

/// What stands in each cell of a text, in one byte: most answers are one byte long, and need no look at the text.
enum {
    /// Of an empty cell. No cell holds a line feed alone.
    peil_mark_empty = '\n',
    /// Of a cell of several bytes, or one that was not looked at. Of a cell of one byte it is the byte itself.
    peil_mark_other = 0xFF,
    /// Marks beyond the last that may be read.
    peil_mark_room = 64,
    /// Rows that are read at once.
    peil_tile_rows = 64,
};

/// What cells become by their mark: an answer, or why it is absent; `unknown` where the cell must be looked at itself.
typedef struct {
    uint8_t answers[128];
    uint8_t unknown;
} peil_mark_table;

/// A column that is read by the marks of its cells.
typedef struct {
    /// Of the record, from 0.
    uint32_t column;
    const peil_mark_table *table;
    /// What its longer cells become; null where none is known, and for the first of a record.
    const peil_known_words *words;
    /// Written from `first_row` on; what is written for rows of `others` means nothing.
    uint8_t *answers;
    /// Out: bit i says that the cell of row i of the tile must be looked at itself.
    uint64_t others;
} peil_mark_column;

/// Some rows of a block, up to peil_tile_rows.
typedef struct {
    const uint8_t *marks;
    /// Of each row of the block, how many marks stand before its first.
    const uint32_t *first_fields;
    size_t first_row, row_count;
    /// The text and the field ends of the block, what quoted cells begin with (256 where none does), and how many rows from
    /// its top have cells of which sixteen bytes may be read; not looked at for columns without words.
    const uint8_t *bytes;
    const uint32_t *ends;
    uint32_t quote;
    size_t open_rows;
} peil_mark_rows;

/// Reads the rows of all `columns`, which ascend.
void peil_read_marks(const peil_mark_rows *rows, peil_mark_column *columns, size_t column_count, int way);

#endif
