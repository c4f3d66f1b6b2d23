// Numbers of up to eight bytes, eight rows at a time: what DigitWord does with one cell.

#include "short_numbers.h"
#include "byte_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx2,bmi,bmi2,popcnt,lzcnt")))

int peil_reads_numbers(void) {
    return peil_scan_best() == peil_scan_avx512 && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512cd");
}

AVX512 static inline __m512i set64(uint64_t number) { return _mm512_set1_epi64((long long)number); }

AVX512 peil_number_result peil_read_numbers(
    const peil_cell_places *places, size_t first_row, size_t row_count, const peil_number_plan *plan,
    int32_t *numbers) {
    const uint32_t *const first_fields = places->first_fields + first_row;
    const __m512i one = set64(1), zeros = set64(0x3030303030303030ULL), high_bits = set64(0x8080808080808080ULL);
    const __m512i tens = _mm512_set1_epi16(0x010A), hundreds = _mm512_set1_epi32(0x00010064);
    const __m512i powers = _mm512_setr_epi64(1, 10, 100, 1000, 10000, 100000, 1000000, 10000000);
    const __m512i mark = _mm512_set1_epi8((char)plan->mark), decimals_wanted = set64(plan->places);
    const __m512i least = _mm512_set1_epi64(plan->least), most = _mm512_set1_epi64(plan->most);
    __m512i highest = _mm512_setzero_si512(), longest = _mm512_setzero_si512();
    peil_number_result result = {0, 0, 0, 0};
    for (size_t row = 0; row < row_count; row += 8) {
        const __mmask8 valid = row_count - row < 8 ? (__mmask8)((1u << (row_count - row)) - 1) : 0xFF;
        // The end of the cell before and the end of the cell, which follow one another.
        __m256i fields = _mm256_maskz_loadu_epi32(valid, first_fields + row);
        __m512i both = _mm512_mask_i32gather_epi64(set64(0), valid, fields, places->ends - 1, 4);
        __m512i before = _mm512_and_si512(both, set64(0xFFFFFFFFULL));
        __m512i count = _mm512_sub_epi64(_mm512_sub_epi64(_mm512_srli_epi64(both, 32), before), one);
        __mmask8 empty = _mm512_mask_testn_epi64_mask(valid, count, count);
        __mmask8 plain = _mm512_mask_cmple_epu64_mask(valid & ~empty, count, set64(8));
        __m512i text = _mm512_mask_i64gather_epi64(set64(0), plain, before, places->bytes + 1, 1);
        __m512i bits = _mm512_slli_epi64(count, 3);
        text = _mm512_and_si512(text, _mm512_sub_epi64(_mm512_sllv_epi64(one, bits), one));
        // What stands behind the mark moves up to it; a second mark is no digit. Without a mark nothing moves.
        __m512i marks = _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(text, mark));
        __m512i whole = _mm512_andnot_si512(marks, _mm512_sub_epi64(marks, one));
        __mmask8 marked = _mm512_mask_test_epi64_mask(plain, marks, marks);
        text = _mm512_or_si512(_mm512_and_si512(text, whole), _mm512_andnot_si512(whole, _mm512_srli_epi64(text, 8)));
        bits = _mm512_mask_sub_epi64(bits, marked, bits, set64(8));
        // Decimals: the digits behind the mark.
        __m512i whole_bits = _mm512_sub_epi64(set64(64), _mm512_lzcnt_epi64(whole));
        __m512i decimals = _mm512_maskz_srli_epi64(marked, _mm512_sub_epi64(bits, whole_bits), 3);
        plain &= ~(marked & _mm512_testn_epi64_mask(whole, whole)) & ~(marked & _mm512_testn_epi64_mask(decimals, decimals));
        plain &= _mm512_cmple_epu64_mask(decimals, decimals_wanted);
        // The digits move to the end of the word; what is before them reads as leading zeros.
        __m512i shift = _mm512_sub_epi64(set64(64), bits);
        __m512i digits = _mm512_xor_si512(_mm512_sllv_epi64(text, shift), _mm512_sllv_epi64(zeros, shift));
        __m512i tested = _mm512_or_si512(_mm512_add_epi8(digits, _mm512_set1_epi8(0x76)), digits);
        plain &= _mm512_testn_epi64_mask(tested, high_bits);
        // Neighbours join: digits to pairs, pairs to fours, fours to eight.
        __m512i fours = _mm512_madd_epi16(_mm512_maddubs_epi16(digits, tens), hundreds);
        __m512i number = _mm512_add_epi64(_mm512_mul_epu32(fours, set64(10000)), _mm512_srli_epi64(fours, 32));
        __m512i factor = _mm512_permutexvar_epi64(_mm512_sub_epi64(decimals_wanted, decimals), powers);
        number = _mm512_mul_epu32(number, factor);
        plain &= _mm512_cmpge_epi64_mask(number, least) & _mm512_cmple_epi64_mask(number, most);
        _mm256_mask_storeu_epi32(numbers + first_row + row, valid, _mm512_cvtepi64_epi32(_mm512_maskz_mov_epi64(plain, number)));
        highest = _mm512_mask_max_epi64(highest, plain, highest, number);
        longest = _mm512_mask_max_epi64(longest, plain, longest, count);
        result.empties |= (uint64_t)empty << row;
        result.others |= (uint64_t)(uint8_t)(valid & ~plain & ~empty) << row;
    }
    result.highest = (int32_t)_mm512_reduce_max_epi64(highest);
    result.longest = (uint32_t)_mm512_reduce_max_epi64(longest);
    return result;
}

#else

int peil_reads_numbers(void) { return 0; }

peil_number_result peil_read_numbers(
    const peil_cell_places *places, size_t first_row, size_t row_count, const peil_number_plan *plan,
    int32_t *numbers) {
    __builtin_trap();
}

#endif
