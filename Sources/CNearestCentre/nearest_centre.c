// Which of at most eight centres is nearest, for points whose distances are sums of table entries. Sums are of whole
// numbers and roots are rounded as IEEE 754 says, so that each way gives the same bits.

#include "nearest_centre.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define PEIL_X86 1
#endif

#pragma STDC FP_CONTRACT OFF

/// Covers the roundings of both roots and what is done with them, many times over.
static const float share_of_error = 0x1p-20f;

// MARK: Portable

static size_t list_portable(
    const uint16_t *labels, const float *slack, const float *drift, size_t drift_count, int32_t first, int32_t end,
    int32_t *listed) {
    size_t count = 0;
    for (int32_t point = first; point < end; point++) {
        size_t cluster = labels[point] < drift_count ? labels[point] : drift_count - 1;
        // Written always and kept where it counts: no branch that no processor could foresee.
        listed[count] = point;
        count += !(drift[cluster] < slack[point]);
    }
    return count;
}

static peil_near_centre nearest_portable(const peil_stepped_points *points, int32_t point) {
    uint32_t sums[8] = {0};
    const uint16_t *codes = points->codes + (size_t)point * points->groups;
    for (size_t group = 0; group < points->groups; group++) {
        const uint32_t *parts = points->parts + 8 * (size_t)codes[group];
        for (int lane = 0; lane < 8; lane++) sums[lane] += parts[lane];
    }
    uint32_t first = UINT32_MAX, second = UINT32_MAX;
    for (int lane = 0; lane < 8; lane++) {
        uint32_t larger = sums[lane] > first ? sums[lane] : first;
        second = larger < second ? larger : second;
        first = sums[lane] < first ? sums[lane] : first;
    }
    float near_square = (float)(int32_t)(first >> 3) + points->most_error;
    float far_square = (float)(int32_t)(second >> 3) - points->most_error;
    float near = sqrtf(near_square), far = sqrtf(far_square > 0 ? far_square : 0);
    float margin = far * share_of_error;
    float rest = (far - near) - margin;
    peil_near_centre found = {first & 7, rest * points->root_of_step};
    return found;
}

#ifdef PEIL_X86

// MARK: AVX2, eight points side by side

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i sums_avx2(const peil_stepped_points *points, int32_t point) {
    const uint16_t *codes = points->codes + (size_t)point * points->groups;
    __m256i sums = _mm256_setzero_si256();
    for (size_t group = 0; group < points->groups; group++) {
        const uint32_t *parts = points->parts + 8 * (size_t)codes[group];
        sums = _mm256_add_epi32(sums, _mm256_loadu_si256((const __m256i *)parts));
    }
    return sums;
}

/// From eight sums a point to eight points a centre.
AVX2 static inline void turn_avx2(__m256i rows[8]) {
    __m256i pairs[8], fours[8];
    for (int row = 0; row < 8; row += 2) {
        pairs[row] = _mm256_unpacklo_epi32(rows[row], rows[row + 1]);
        pairs[row + 1] = _mm256_unpackhi_epi32(rows[row], rows[row + 1]);
    }
    for (int row = 0; row < 8; row += 4) {
        for (int half = 0; half < 2; half++) {
            fours[row + 2 * half] = _mm256_unpacklo_epi64(pairs[row + half], pairs[row + half + 2]);
            fours[row + 2 * half + 1] = _mm256_unpackhi_epi64(pairs[row + half], pairs[row + half + 2]);
        }
    }
    for (int row = 0; row < 4; row++) {
        rows[row] = _mm256_permute2x128_si256(fours[row], fours[row + 4], 0x20);
        rows[row + 4] = _mm256_permute2x128_si256(fours[row], fours[row + 4], 0x31);
    }
}

AVX2 static void eight_avx2(const peil_stepped_points *points, const int32_t *listed, peil_near_centre *found) {
    __m256i sums[8];
    for (int place = 0; place < 8; place++) sums[place] = sums_avx2(points, listed[place]);
    turn_avx2(sums);
    __m256i first = _mm256_min_epu32(sums[0], sums[1]), second = _mm256_max_epu32(sums[0], sums[1]);
    for (int lane = 2; lane < 8; lane++) {
        second = _mm256_min_epu32(second, _mm256_max_epu32(first, sums[lane]));
        first = _mm256_min_epu32(first, sums[lane]);
    }
    const __m256 error = _mm256_set1_ps(points->most_error);
    __m256 near = _mm256_sqrt_ps(_mm256_add_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(first, 3)), error));
    __m256 far_square = _mm256_sub_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(second, 3)), error);
    __m256 far = _mm256_sqrt_ps(_mm256_max_ps(far_square, _mm256_setzero_ps()));
    __m256 margin = _mm256_mul_ps(far, _mm256_set1_ps(share_of_error));
    __m256 rest = _mm256_sub_ps(_mm256_sub_ps(far, near), margin);
    __m256 gaps = _mm256_mul_ps(rest, _mm256_set1_ps(points->root_of_step));
    __m256 indices = _mm256_castsi256_ps(_mm256_and_si256(first, _mm256_set1_epi32(7)));
    __m256 low = _mm256_unpacklo_ps(indices, gaps), high = _mm256_unpackhi_ps(indices, gaps);
    _mm256_storeu_ps((float *)found, _mm256_permute2f128_ps(low, high, 0x20));
    _mm256_storeu_ps((float *)(found + 4), _mm256_permute2f128_ps(low, high, 0x31));
}

AVX2 static void nearest_avx2(
    const peil_stepped_points *points, const int32_t *listed, size_t count, peil_near_centre *found) {
    size_t place = 0;
    for (; place + 8 <= count; place += 8) {
        // Listed points stand far apart, so that no processor would fetch their codes in time by itself.
        for (size_t ahead = place + 24; ahead < place + 32 && ahead < count; ahead++) {
            _mm_prefetch((const char *)(points->codes + (size_t)listed[ahead] * points->groups), _MM_HINT_T0);
        }
        eight_avx2(points, listed + place, found + place);
    }
    for (; place < count; place++) found[place] = nearest_portable(points, listed[place]);
}

// MARK: AVX-512, sixteen points side by side

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,popcnt")))

/// For at most 16 drifts.
AVX512 static size_t list_avx512(
    const uint16_t *labels, const float *slack, const float *drift, size_t drift_count, int32_t first, int32_t end,
    int32_t *listed) {
    __m512 drifts = _mm512_maskz_loadu_ps((__mmask16)((1u << drift_count) - 1), drift);
    const __m512i last = _mm512_set1_epi32((int)drift_count - 1);
    const __m512i ascending = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t count = 0;
    int32_t point = first;
    for (; point <= end - 16; point += 16) {
        __m512i clusters = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(labels + point)));
        __m512 own = _mm512_permutexvar_ps(_mm512_min_epu32(clusters, last), drifts);
        __mmask16 may_move = _mm512_cmp_ps_mask(own, _mm512_loadu_ps(slack + point), _CMP_NLT_UQ);
        __m512i points = _mm512_add_epi32(ascending, _mm512_set1_epi32(point));
        _mm512_storeu_si512(listed + count, _mm512_maskz_compress_epi32(may_move, points));
        count += (size_t)__builtin_popcount(may_move);
    }
    return count + list_portable(labels, slack, drift, drift_count, point, end, listed + count);
}

#endif

// MARK: Choosing

int peil_centre_best(void) {
#ifdef PEIL_X86
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return peil_centre_portable;
    int is_third = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("popcnt");
    return is_third ? peil_centre_avx512 : peil_centre_avx2;
#else
    return peil_centre_portable;
#endif
}

size_t peil_points_that_may_move(
    const uint16_t *labels, const float *slack, const float *drift, size_t drift_count, int32_t first, int32_t end,
    int32_t *listed, int way) {
#ifdef PEIL_X86
    if (way == peil_centre_avx512 && drift_count <= 16) {
        return list_avx512(labels, slack, drift, drift_count, first, end, listed);
    }
#endif
    return list_portable(labels, slack, drift, drift_count, first, end, listed);
}

void peil_nearest_centres(
    const peil_stepped_points *points, const int32_t *listed, size_t count, peil_near_centre *found, int way) {
#ifdef PEIL_X86
    if (way >= peil_centre_avx2) {
        nearest_avx2(points, listed, count, found);
        return;
    }
#endif
    for (size_t place = 0; place < count; place++) found[place] = nearest_portable(points, listed[place]);
}
