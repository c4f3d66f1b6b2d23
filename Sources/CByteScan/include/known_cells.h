#ifndef PEIL_KNOWN_CELLS_H
#define PEIL_KNOWN_CELLS_H

#include <stddef.h>
#include <stdint.h>

/// Entry of a cell that is not known. Entries are numbers that mean something to who keeps them.
static const uint32_t peil_no_entry = 1u << 31;

/// A cell of up to 15 bytes: these in two numbers, zeros behind them, and its length in the last byte.
typedef struct {
    uint64_t low, high;
    uint32_t entry;
} peil_short_cell;

/// A cell of 16 bytes and more; without bytes an empty slot.
typedef struct {
    const uint8_t *bytes;
    uint64_t hash;
    uint32_t count, entry;
} peil_long_cell;

enum {
    /// Digits alone, up to four, have a place of their own each.
    peil_most_digits = 4,
    peil_digit_places = 10 + 100 + 1000 + 10000,
};

/// Cells as they stand in the text, each with its entry. Tables of slots are a power of two large, and one that is
/// full would be searched for ever.
typedef struct {
    /// Of cells of one byte.
    const uint32_t *singles;
    /// Of cells of two to four digits; null where none is known. Such cells are in no other table.
    const uint32_t *digits;
    /// Slots without a cell are zero.
    const peil_short_cell *shorts;
    size_t short_room;
    const peil_long_cell *longs;
    /// 0 where none is known.
    size_t long_room;
    /// Of empty cells.
    uint32_t empty;
} peil_known_cells;

/// The cells of one column of a block, behind the first.
typedef struct {
    const uint8_t *bytes;
    /// Field ends, those of the column at the places of `first_fields`.
    const uint32_t *ends;
    /// Of each row.
    const uint32_t *first_fields;
    /// Cells that begin with this byte are not looked for; 256 where all are.
    uint32_t quote;
} peil_cell_places;

/// Where the search for a short cell begins.
static inline size_t peil_short_place(uint64_t low, uint64_t high, size_t room) {
    uint64_t mixed = (low ^ (high * 0xE7037ED1A0B428DBULL)) * 0x9E3779B97F4A7C15ULL;
    return (size_t)(mixed >> 32) & (room - 1);
}

/// Place among `digits` of a cell of one to four bytes, given with zeros behind it; peil_digit_places where it is
/// something else than digits.
static inline size_t peil_digit_place(uint32_t word, size_t count) {
    static const uint16_t firsts[] = {0, 0, 10, 110, 1110};
    uint32_t shift = (uint32_t)(32 - 8 * count);
    // The digits move to the end of the word; what is before them reads as leading zeros.
    uint32_t digits = (word << shift) ^ (0x30303030u << shift);
    // A byte above 9 reaches 0x80 when 0x76 is added, or is there already. Exact only as a yes or no for the word.
    if (((digits + 0x76767676u) | digits) & 0x80808080u) return peil_digit_places;
    uint32_t pairs = ((digits * (1 + (10u << 8))) >> 8) & 0x00FF00FFu;
    return firsts[count] + ((pairs * (1 + (100u << 16))) >> 16);
}

/// Of a cell of 16 bytes and more: of its length, its first and its last bytes.
uint64_t peil_long_hash(const uint8_t *cell, size_t count);

/// The entry of one cell, or peil_no_entry. Sixteen bytes from its start may be read, whatever its length.
uint32_t peil_find_cell(const peil_known_cells *known, const uint8_t *cell, size_t count);

/// The entries of up to 64 cells: those of the rows `first_row` + i for the bits i of `rows`.
void peil_find_cells(
    const peil_cell_places *places, size_t first_row, uint64_t rows, const peil_known_cells *known, uint32_t *entries);

#endif
