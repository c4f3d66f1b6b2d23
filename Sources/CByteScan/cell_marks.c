// Columns of short answers. Marks stand record by record; a tile of 64 rows is turned so that those of a column
// follow one another, and a column is then looked up 64 cells at a time.

#include "byte_scan.h"
#include "cell_marks.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define PEIL_X86 1
#endif

typedef uint8_t lanes __attribute__((vector_size(16)));

static inline lanes load_lanes(const uint8_t *bytes) {
    lanes result;
    memcpy(&result, bytes, 16);
    return result;
}

/// One step of turning 16 rows of 16 bytes: after four of them each row is a column.
static inline void interleave(const lanes *from, lanes *to) {
    for (int row = 0; row < 8; row++) {
        lanes first = from[row], second = from[row + 8];
        to[2 * row] =
            __builtin_shufflevector(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        to[2 * row + 1] =
            __builtin_shufflevector(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
}

/// Turns marks from column `first` on, 16 columns at a time up to `last`; 64 bytes a column.
static void turn(const peil_mark_rows *rows, size_t first, size_t last, uint8_t *tile) {
    const uint32_t *first_fields = rows->first_fields + rows->first_row;
    for (size_t row = 0; row < rows->row_count; row += 16) {
        const uint8_t *places[16];
        for (size_t index = 0; index < 16; index++) {
            // Behind the last row it stands again.
            size_t own = row + index < rows->row_count ? row + index : rows->row_count - 1;
            places[index] = rows->marks + first_fields[own];
        }
        for (size_t column = first; column <= last; column += 16) {
            lanes some[16], others[16];
            for (int index = 0; index < 16; index++) some[index] = load_lanes(places[index] + column);
            interleave(some, others);
            interleave(others, some);
            interleave(some, others);
            interleave(others, some);
            uint8_t *target = tile + (column - first) * peil_tile_rows + row;
            for (int index = 0; index < 16; index++) memcpy(target + index * peil_tile_rows, &some[index], 16);
        }
    }
}

// MARK: Looking up

static inline uint64_t first_bits(size_t count) { return count < 64 ? (1ULL << count) - 1 : ~0ULL; }

static void look_up_portable(const uint8_t *marks, size_t first_row, size_t count, peil_mark_column *column) {
    uint8_t *answers = column->answers + first_row;
    uint64_t others = 0;
    for (size_t row = 0; row < count; row++) {
        uint8_t answer = column->table->answers[marks[row] & 0x7F];
        answers[row] = answer;
        others |= (uint64_t)(marks[row] >= 0x80 || answer == column->table->unknown) << row;
    }
    column->others = others;
}

#ifdef PEIL_X86

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt,lzcnt")))

AVX512 static void look_up_avx512(const uint8_t *marks, size_t first_row, size_t count, peil_mark_column *column) {
    const uint8_t *table = column->table->answers;
    __m512i own = _mm512_loadu_si512(marks);
    __m512i answers = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), own, _mm512_loadu_si512(table + 64));
    uint64_t valid = first_bits(count);
    uint64_t unknown = _mm512_cmpeq_epi8_mask(answers, _mm512_set1_epi8((char)column->table->unknown));
    _mm512_mask_storeu_epi8(column->answers + first_row, valid, answers);
    column->others = valid & (_mm512_movepi8_mask(own) | unknown);
}

#endif

// MARK: Longer cells

/// Settles those cells of a tile that its marks leave over and that hold a known word.
static void look_up_words(const peil_mark_rows *rows, peil_mark_column *column) {
    if (!column->words || !column->others || rows->first_row >= rows->open_rows) return;
    uint64_t open = column->others & first_bits(rows->open_rows - rows->first_row);
    peil_cell_places places = {rows->bytes, rows->ends + column->column, rows->first_fields, rows->quote};
    uint64_t left = peil_find_words(&places, rows->first_row, open, column->words, column->answers + rows->first_row);
    column->others = (column->others & ~open) | left;
}

// MARK: Many columns

/// Columns of a tile that are turned at once, so that it lies in the nearest cache.
#define TILE_COLUMNS 128

void peil_read_marks(const peil_mark_rows *rows, peil_mark_column *columns, size_t column_count, int way) {
    uint8_t tile[TILE_COLUMNS * peil_tile_rows];
    size_t done = 0;
    while (done < column_count) {
        size_t first = columns[done].column, end = done + 1;
        while (end < column_count && columns[end].column - first < TILE_COLUMNS) end++;
        turn(rows, first, columns[end - 1].column, tile);
        for (; done < end; done++) {
            const uint8_t *marks = tile + (columns[done].column - first) * peil_tile_rows;
#ifdef PEIL_X86
            if (way == peil_scan_avx512) {
                look_up_avx512(marks, rows->first_row, rows->row_count, columns + done);
                look_up_words(rows, columns + done);
                continue;
            }
#endif
            look_up_portable(marks, rows->first_row, rows->row_count, columns + done);
            look_up_words(rows, columns + done);
        }
    }
}
