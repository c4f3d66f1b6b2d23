#ifndef PEIL_KNOWN_WORDS_H
#define PEIL_KNOWN_WORDS_H

#include "known_cells.h"

enum {
    /// Slots of a table; a table of few words has a quarter of them.
    peil_word_slots = 64,
    /// Words beyond which no slot of its own is looked for.
    peil_most_words = 24,
};

/// Cells of up to 15 bytes, so few that each has a slot of its own: one look tells what a cell becomes.
typedef struct {
    /// The slot of a cell is what its bytes give times this, of which the first bits.
    uint64_t multiplier;
    uint32_t shift;
    /// As in peil_short_cell; a slot without a cell has a length that no cell has.
    struct { uint64_t low, high; } slots[peil_word_slots];
    /// What the cell of each slot becomes.
    uint8_t answers[peil_word_slots];
} peil_known_words;

/// Gives each of the `cells` a slot of its own; the entry of each is its answer. 0 where no such table was found.
int peil_place_words(peil_known_words *words, const peil_short_cell *cells, size_t count);

/// Writes at place i of `answers` what the cell of the row `first_row` + i becomes, for the bits i of `rows`. Gives the
/// rows whose cell is none of the words, or begins with the quote; what is written for them means nothing. Sixteen bytes
/// from the start of each cell may be read.
uint64_t peil_find_words(
    const peil_cell_places *places, size_t first_row, uint64_t rows, const peil_known_words *words, uint8_t *answers);

#endif
