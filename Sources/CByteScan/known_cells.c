// What cells are known to mean, many of a column at a time. Nothing is compared byte by byte, and long cells are
// looked for once all of a tile are hashed, so that one does not wait for the memory of the other.

#include "known_cells.h"
#include "cell_bytes.h"

// MARK: Short cells

static inline uint32_t find_short(const peil_known_cells *known, const uint8_t *cell, size_t count) {
    uint64_t low = word_at(cell) & low_masks[count];
    if (known->digits && count <= peil_most_digits) {
        size_t place = peil_digit_place((uint32_t)low, count);
        if (place < peil_digit_places) return known->digits[place];
    }
    uint64_t high = (word_at(cell + 8) & high_masks[count]) | (uint64_t)count << 56;
    size_t place = peil_short_place(low, high, known->short_room);
    while (1) {
        const peil_short_cell *slot = known->shorts + place;
        if (slot->low == low && slot->high == high) return slot->entry;
        if (slot->high == 0) return peil_no_entry;
        place = (place + 1) & (known->short_room - 1);
    }
}

// MARK: Long cells

static inline uint64_t mixed(uint64_t left, uint64_t right) {
    unsigned __int128 product =
        (unsigned __int128)(left ^ 0xA0761D6478BD642FULL) * (right ^ 0xE7037ED1A0B428DBULL);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t long_hash(const uint8_t *cell, size_t count) {
    const uint8_t *last = cell + count - 16;
    uint64_t begin = mixed(word_at(cell) ^ count, word_at(cell + 8)), end = mixed(word_at(last), word_at(last + 8));
    return begin ^ __builtin_bswap64(end);
}

uint64_t peil_long_hash(const uint8_t *cell, size_t count) { return long_hash(cell, count); }

/// Differences of sixteen bytes, 0 where there are none.
static inline uint64_t difference(const uint8_t *cell, const uint8_t *other) {
    return (word_at(cell) ^ word_at(other)) | (word_at(cell + 8) ^ word_at(other + 8));
}

/// Whether `count` bytes are the same, 16 at least. Up to 64 take four looks, which may overlap, and no loop.
static inline int is_same(const uint8_t *cell, const uint8_t *other, size_t count) {
    size_t last = (count < 64 ? count : 64) - 16;
    size_t second = last < 16 ? last : 16, third = last < 32 ? last : 32;
    uint64_t all = difference(cell, other) | difference(cell + second, other + second)
        | difference(cell + third, other + third) | difference(cell + last, other + last);
    return all == 0 && (count <= 64 || memcmp(cell + 64, other + 64, count - 64) == 0);
}

static inline size_t long_place(const peil_known_cells *known, uint64_t hash) {
    return (size_t)(hash >> 32) & (known->long_room - 1);
}

static inline uint32_t find_long(const peil_known_cells *known, const uint8_t *cell, size_t count, uint64_t hash) {
    size_t place = long_place(known, hash);
    while (known->longs[place].bytes) {
        const peil_long_cell *slot = known->longs + place;
        if (slot->hash == hash && slot->count == count && is_same(cell, slot->bytes, count)) return slot->entry;
        place = (place + 1) & (known->long_room - 1);
    }
    return peil_no_entry;
}

// MARK: Any cells

uint32_t peil_find_cell(const peil_known_cells *known, const uint8_t *cell, size_t count) {
    if (count == 0) return known->empty;
    if (count == 1) return known->singles[cell[0]];
    if (count < 16) return find_short(known, cell, count);
    return known->long_room ? find_long(known, cell, count, long_hash(cell, count)) : peil_no_entry;
}

void peil_find_cells(
    const peil_cell_places *places, size_t first_row, uint64_t rows, const peil_known_cells *known, uint32_t *entries) {
    // Copies, so that writing entries cannot be thought to change them.
    const peil_known_cells own = *known;
    const uint8_t *const bytes = places->bytes;
    const uint32_t *const ends = places->ends, *const first_fields = places->first_fields + first_row;
    const uint32_t quote = places->quote;
    struct { const uint8_t *cell; uint64_t hash; uint32_t count, row; } longs[64];
    size_t long_count = 0;
    for (; rows; rows &= rows - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(rows);
        const uint32_t *end = ends + first_fields[row];
        uint32_t start = end[-1] + 1, count = end[0] - start;
        const uint8_t *cell = bytes + start;
        if (count < 2) {
            entries[row] = count ? own.singles[cell[0]] : own.empty;
        } else if (cell[0] == quote) {
            entries[row] = peil_no_entry;
        } else if (count < 16) {
            entries[row] = find_short(&own, cell, count);
        } else if (own.long_room) {
            uint64_t hash = long_hash(cell, count);
            __builtin_prefetch(own.longs + long_place(&own, hash));
            longs[long_count].cell = cell;
            longs[long_count].hash = hash;
            longs[long_count].count = count;
            longs[long_count++].row = row;
        } else {
            entries[row] = peil_no_entry;
        }
    }
    for (size_t index = 0; index < long_count; index++) {
        entries[longs[index].row] =
            find_long(&own, longs[index].cell, longs[index].count, longs[index].hash);
    }
}
