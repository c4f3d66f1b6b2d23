// Columns with a few answers in words. No slot is searched: a multiplier is looked for, once, that parts all words of
// a column.

#include "known_words.h"
#include "cell_bytes.h"

/// A slot's first bits are taken from the product; equal beginnings are parted by the ends of the words.
static inline size_t slot_of(uint64_t low, uint64_t high, uint64_t multiplier, uint32_t shift) {
    return (size_t)(((low ^ (high << 9 | high >> 55)) * multiplier) >> shift);
}

/// Length in the last byte of a slot without a word.
static const uint64_t no_word = ~0ULL;

static int place(peil_known_words *words, const peil_short_cell *cells, size_t count) {
    for (size_t slot = 0; slot < peil_word_slots; slot++) {
        words->slots[slot].low = 0;
        words->slots[slot].high = no_word;
        words->answers[slot] = 0;
    }
    for (size_t index = 0; index < count; index++) {
        size_t slot = slot_of(cells[index].low, cells[index].high, words->multiplier, words->shift);
        if (words->slots[slot].high != no_word) return 0;
        words->slots[slot].low = cells[index].low;
        words->slots[slot].high = cells[index].high;
        words->answers[slot] = (uint8_t)cells[index].entry;
    }
    return 1;
}

int peil_place_words(peil_known_words *words, const peil_short_cell *cells, size_t count) {
    if (count > peil_most_words) return 0;
    // Sixteen slots, then sixty-four. The multipliers are those of a generator of random numbers.
    for (uint32_t shift = 60; shift >= 58; shift -= 2) {
        words->shift = shift;
        words->multiplier = 0x9E3779B97F4A7C15ULL;
        for (int trial = 0; trial < 200; trial++) {
            if (place(words, cells, count)) return 1;
            words->multiplier = (words->multiplier * 6364136223846793005ULL + 1442695040888963407ULL) | 1;
        }
    }
    return 0;
}

uint64_t peil_find_words(
    const peil_cell_places *places, size_t first_row, uint64_t rows, const peil_known_words *words, uint8_t *answers) {
    const uint8_t *const text = places->bytes + 1;
    const uint32_t *const ends = places->ends, *const first_fields = places->first_fields + first_row;
    const uint64_t multiplier = words->multiplier;
    const uint32_t shift = words->shift, quote = places->quote;
    uint64_t others = 0;
    for (; rows; rows &= rows - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(rows);
        const uint32_t *end = ends + first_fields[row];
        uint32_t before = end[-1], count = end[0] - before - 1;
        // Longer cells have a length that no word has.
        count = count < 16 ? count : 16;
        uint64_t low = word_at(text + before) & low_masks[count];
        uint64_t high = (word_at(text + before + 8) & high_masks[count]) | (uint64_t)count << 56;
        size_t slot = slot_of(low, high, multiplier, shift);
        uint64_t difference = (words->slots[slot].low ^ low) | (words->slots[slot].high ^ high);
        answers[row] = words->answers[slot];
        others |= (uint64_t)(difference != 0 || (low & 0xFF) == quote) << row;
    }
    return others;
}
