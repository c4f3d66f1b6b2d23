#ifndef PEIL_SHORT_NUMBERS_H
#define PEIL_SHORT_NUMBERS_H

#include "known_cells.h"

/// How the plain numbers of a column are read: one to eight bytes, digits with at most one mark between two of them.
typedef struct {
    /// The decimal mark; 0xFF, which stands in no text, where there is none.
    uint8_t mark;
    /// Decimals that the numbers are given, up to 7: each is written as a whole number, times ten to this power.
    uint8_t places;
    /// Least and largest whole number written, 0 at least.
    int32_t least, most;
} peil_number_plan;

/// What was read.
typedef struct {
    /// Bits of the rows that hold nothing, for which 0 is written, and of those that hold something else than a plain
    /// number, for which what is written means nothing.
    uint64_t empties, others;
    /// Of plain numbers the largest, and the bytes of the longest.
    int32_t highest;
    uint32_t longest;
} peil_number_result;

/// Whether this processor reads numbers many at a time; `peil_read_numbers` may be called only then.
int peil_reads_numbers(void);

/// Reads the numbers of the rows `first_row` up to 64 further on, in one column behind the first, and writes them at
/// the places of their rows. Eight bytes from the start of each cell may be read.
peil_number_result peil_read_numbers(
    const peil_cell_places *places, size_t first_row, size_t row_count, const peil_number_plan *plan,
    int32_t *numbers);

#endif
