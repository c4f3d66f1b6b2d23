// Where fields and records end, 64 bytes at a time. Each way gives the same answer; they differ in how a chunk of
// 64 bytes becomes masks of 64 bits, and in how the places of a mask are written down.

#include "byte_scan.h"
#include "cell_marks.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define PEIL_X86 1
#endif

/// Bit i: whether an odd number of bits 0...i are set.
static inline uint64_t prefix_xor(uint64_t bits) {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

/// The last bytes of a text, behind them letters.
static inline void fill_tail(uint8_t tail[64], const uint8_t *bytes, size_t count) {
    memset(tail, 'a', 64);
    memcpy(tail, bytes, count);
}

/// Writes the places of the set bits; up to seven entries behind the last are scratch.
static inline uint32_t *write_places(uint32_t *ends, uint64_t bits, uint32_t base) {
    int count = __builtin_popcountll(bits);
    for (int written = 0; written < count; written += 8) {
        for (int next = 0; next < 8; next++) {
            // Of no bits left the place means nothing, but must be defined.
            ends[written + next] = base + (uint32_t)__builtin_ctzll(bits | (1ULL << 63));
            bits &= bits - 1;
        }
    }
    return ends + count;
}

/// Writes the mark of each cell that begins in a chunk: its first byte, or what says that it is empty or longer.
static inline uint8_t *write_marks(
    uint8_t *marks, const uint8_t *chunk, uint64_t starts, uint64_t empties, uint64_t longs) {
    while (starts) {
        uint64_t lowest = starts & -starts;
        uint8_t byte = chunk[__builtin_ctzll(starts)];
        *marks++ = longs & lowest ? peil_mark_other : empties & lowest ? peil_mark_empty : byte;
        starts ^= lowest;
    }
    return marks;
}

// MARK: Portable

static inline uint64_t load_word(const uint8_t *bytes) {
    uint64_t word = 0;
    for (int index = 0; index < 8; index++) word |= (uint64_t)bytes[index] << (8 * index);
    return word;
}

/// Bit i: whether byte i of the word equals the byte of the pattern; exact, no carry between bytes.
static inline uint64_t equal_bytes(uint64_t word, uint8_t byte) {
    const uint64_t low = 0x7F7F7F7F7F7F7F7FULL;
    uint64_t difference = word ^ (byte * 0x0101010101010101ULL);
    uint64_t high = ~(((difference & low) + low) | difference | low);
    return (high >> 7) * 0x0102040810204080ULL >> 56;
}

#define SCAN_NAME scan_portable
#define SCAN_TARGET
#define SCAN_STATE uint64_t all_bytes = 0, nul_bits = 0;
#define SCAN_LOAD \
    delimiters = feeds = returns = quotes = 0; \
    for (int part = 0; part < 8; part++) { \
        uint64_t word = load_word(chunk + 8 * part); \
        all_bytes |= word; \
        nul_bits |= equal_bytes(word, 0); \
        delimiters |= equal_bytes(word, text->delimiter) << (8 * part); \
        feeds |= equal_bytes(word, '\n') << (8 * part); \
        returns |= equal_bytes(word, '\r') << (8 * part); \
        quotes |= equal_bytes(word, text->quote) << (8 * part); \
    }
#define SCAN_EMIT ends = write_places(ends, fields, (uint32_t)place);
#define SCAN_MARKS marks = write_marks(marks, chunk, starts, empties, longs);
#define SCAN_FINISH \
    result.is_ascii = (all_bytes & 0x8080808080808080ULL) == 0; \
    result.holds_nul = nul_bits != 0;
#include "scan_body.h"

// MARK: AVX2

#ifdef PEIL_X86

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

AVX2 static inline uint64_t equal_avx2(__m256i low, __m256i high, __m256i pattern) {
    uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, pattern));
    uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, pattern));
    return (uint64_t)second << 32 | first;
}

/// As write_marks, eight bytes at a time: bits become bytes, and bytes that begin no cell drop out.
AVX2 static inline uint8_t *write_marks_avx2(
    uint8_t *marks, const uint8_t *chunk, uint64_t starts, uint64_t empties, uint64_t longs) {
    const uint64_t ones = 0x0101010101010101ULL;
    for (int part = 0; part < 8; part++) {
        uint64_t kept = _pdep_u64(starts >> (8 * part), ones) * 0xFF;
        uint64_t empty = _pdep_u64(empties >> (8 * part), ones) * 0xFF;
        uint64_t other = _pdep_u64(longs >> (8 * part), ones) * peil_mark_other;
        uint64_t word = (load_word(chunk + 8 * part) & ~empty) | (empty & (ones * peil_mark_empty)) | other;
        word = _pext_u64(word, kept);
        memcpy(marks, &word, 8);
        marks += __builtin_popcountll(kept) >> 3;
    }
    return marks;
}

#define SCAN_NAME scan_avx2
#define SCAN_TARGET AVX2
#define SCAN_STATE \
    __m256i all_bytes = _mm256_setzero_si256(), least = _mm256_set1_epi8(-1); \
    const __m256i delimiter = _mm256_set1_epi8((char)text->delimiter), quote = _mm256_set1_epi8((char)text->quote); \
    const __m256i feed_byte = _mm256_set1_epi8('\n'), return_byte = _mm256_set1_epi8('\r');
#define SCAN_LOAD \
    __m256i low = _mm256_loadu_si256((const __m256i *)chunk); \
    __m256i high = _mm256_loadu_si256((const __m256i *)(chunk + 32)); \
    all_bytes = _mm256_or_si256(all_bytes, _mm256_or_si256(low, high)); \
    least = _mm256_min_epu8(least, _mm256_min_epu8(low, high)); \
    delimiters = equal_avx2(low, high, delimiter); \
    feeds = equal_avx2(low, high, feed_byte); \
    returns = equal_avx2(low, high, return_byte); \
    quotes = equal_avx2(low, high, quote);
#define SCAN_EMIT ends = write_places(ends, fields, (uint32_t)place);
#define SCAN_MARKS marks = write_marks_avx2(marks, chunk, starts, empties, longs);
#define SCAN_FINISH \
    result.is_ascii = _mm256_movemask_epi8(all_bytes) == 0; \
    result.holds_nul = _mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())) != 0;
#include "scan_body.h"

// MARK: AVX-512

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt,lzcnt")))

/// The places of a mask of up to 64 bits in four stores at most.
AVX512 static inline uint32_t *write_places_avx512(uint32_t *ends, uint64_t bits, uint32_t base, __m512i numbers) {
    __m512i places = _mm512_maskz_compress_epi8(bits, numbers);
    __m512i bases = _mm512_set1_epi32((int)base);
    int count = __builtin_popcountll(bits);
    _mm512_storeu_si512(ends, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(places))));
    if (count > 16) {
        _mm512_storeu_si512(
            ends + 16, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 1))));
    }
    if (count > 32) {
        _mm512_storeu_si512(
            ends + 32, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 2))));
        _mm512_storeu_si512(
            ends + 48, _mm512_add_epi32(bases, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(places, 3))));
    }
    return ends + count;
}

/// As write_marks, all of a chunk at once.
AVX512 static inline uint8_t *write_marks_avx512(
    uint8_t *marks, __m512i lanes, uint64_t starts, uint64_t empties, uint64_t longs) {
    __m512i own = _mm512_mask_mov_epi8(lanes, empties, _mm512_set1_epi8(peil_mark_empty));
    own = _mm512_mask_mov_epi8(own, longs, _mm512_set1_epi8((char)peil_mark_other));
    _mm512_storeu_si512(marks, _mm512_maskz_compress_epi8(starts, own));
    return marks + __builtin_popcountll(starts);
}

#define SCAN_NAME scan_avx512
#define SCAN_TARGET AVX512
#define SCAN_STATE \
    __m512i all_bytes = _mm512_setzero_si512(), least = _mm512_set1_epi8(-1), numbers; \
    uint8_t ascending[64]; \
    for (int index = 0; index < 64; index++) ascending[index] = (uint8_t)index; \
    numbers = _mm512_loadu_si512(ascending); \
    const __m512i delimiter = _mm512_set1_epi8((char)text->delimiter), quote = _mm512_set1_epi8((char)text->quote); \
    const __m512i feed_byte = _mm512_set1_epi8('\n'), return_byte = _mm512_set1_epi8('\r');
#define SCAN_LOAD \
    __m512i lanes = _mm512_loadu_si512(chunk); \
    all_bytes = _mm512_or_si512(all_bytes, lanes); \
    least = _mm512_min_epu8(least, lanes); \
    delimiters = _mm512_cmpeq_epi8_mask(lanes, delimiter); \
    feeds = _mm512_cmpeq_epi8_mask(lanes, feed_byte); \
    returns = _mm512_cmpeq_epi8_mask(lanes, return_byte); \
    quotes = _mm512_cmpeq_epi8_mask(lanes, quote);
#define SCAN_EMIT ends = write_places_avx512(ends, fields, (uint32_t)place, numbers);
#define SCAN_MARKS marks = write_marks_avx512(marks, lanes, starts, empties, longs);
#define SCAN_FINISH \
    result.is_ascii = _mm512_movepi8_mask(all_bytes) == 0; \
    result.holds_nul = _mm512_cmpeq_epi8_mask(least, _mm512_setzero_si512()) != 0;
#include "scan_body.h"

AVX2 static size_t count_avx2(const uint8_t *bytes, size_t count, uint8_t byte) {
    const __m256i pattern = _mm256_set1_epi8((char)byte), zero = _mm256_setzero_si256();
    __m256i sums = zero;
    size_t place = 0;
    while (place + 32 <= count) {
        // A byte counts up to 255 before it must be added up.
        __m256i counts = zero;
        for (int round = 0; round < 255 && place + 32 <= count; round++, place += 32) {
            __m256i lanes = _mm256_loadu_si256((const __m256i *)(bytes + place));
            counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(lanes, pattern));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, zero));
    }
    uint64_t parts[4];
    _mm256_storeu_si256((__m256i *)parts, sums);
    size_t total = parts[0] + parts[1] + parts[2] + parts[3];
    for (; place < count; place++) total += bytes[place] == byte;
    return total;
}

AVX2 static size_t first_non_ascii_avx2(const uint8_t *bytes, size_t count) {
    size_t place = 0;
    for (; place + 64 <= count; place += 64) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + place));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + place + 32));
        uint64_t bits = (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32 | (uint32_t)_mm256_movemask_epi8(low);
        if (bits) return place + (size_t)__builtin_ctzll(bits);
    }
    while (place < count && bytes[place] < 0x80) place++;
    return place;
}

#endif

// MARK: Choosing

int peil_scan_best(void) {
#ifdef PEIL_X86
    __builtin_cpu_init();
    int is_second = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("popcnt");
    if (is_second && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
        && __builtin_cpu_supports("avx512vbmi2")) {
        return peil_scan_avx512;
    }
    if (is_second) return peil_scan_avx2;
#endif
    return peil_scan_portable;
}

peil_scan_result peil_scan(const peil_text *text, int way) {
#ifdef PEIL_X86
    if (way == peil_scan_avx512) return scan_avx512(text);
    if (way == peil_scan_avx2) return scan_avx2(text);
#endif
    return scan_portable(text);
}

size_t peil_count_byte(const uint8_t *bytes, size_t count, uint8_t byte, int way) {
#ifdef PEIL_X86
    if (way >= peil_scan_avx2) return count_avx2(bytes, count, byte);
#endif
    size_t total = 0, place = 0;
    for (; place + 8 <= count; place += 8) {
        total += (size_t)__builtin_popcountll(equal_bytes(load_word(bytes + place), byte));
    }
    for (; place < count; place++) total += bytes[place] == byte;
    return total;
}

size_t peil_first_non_ascii(const uint8_t *bytes, size_t count, int way) {
#ifdef PEIL_X86
    if (way >= peil_scan_avx2) return first_non_ascii_avx2(bytes, count);
#endif
    size_t place = 0;
    for (; place + 8 <= count; place += 8) {
        if (load_word(bytes + place) & 0x8080808080808080ULL) break;
    }
    while (place < count && bytes[place] < 0x80) place++;
    return place;
}
