#ifndef PEIL_NEAREST_CENTRE_H
#define PEIL_NEAREST_CENTRE_H

#include <stddef.h>
#include <stdint.h>

/// The ways in which the same answer is found; a processor knows all up to its best.
enum {
    peil_centre_portable = 0,
    peil_centre_avx2 = 1,
    peil_centre_avx512 = 2,
};

/// The best way that this processor knows.
int peil_centre_best(void);

/// Lists the points first ... end - 1 whose cluster has drifted as far as their slack: their nearest centre may be
/// another than before. The last of the `drift_count` numbers is also for labels beyond; `listed` has room for
/// end - first numbers and 16 of scratch. Returns how many are listed, in order.
size_t peil_points_that_may_move(
    const uint16_t *labels, const float *slack, const float *drift, size_t drift_count, int32_t first, int32_t end,
    int32_t *listed, int way);

/// Points of which each has one code a group, and what each code adds to the squared distance to each of eight
/// centres: whole steps times eight, those of the first group plus the number of the centre. Sums stay below 2^32.
typedef struct {
    const uint16_t *codes;
    size_t groups;
    /// Eight a code.
    const uint32_t *parts;
    /// How far a sum of steps can be from the square that it stands for.
    float most_error;
    /// The root of a step, rounded down.
    float root_of_step;
} peil_stepped_points;

typedef struct {
    uint32_t index;
    /// How much farther the second nearest centre is, rounded down; not above 0 where the steps cannot tell which is
    /// nearer.
    float gap;
} peil_near_centre;

/// The nearest centre of each of `count` listed points.
void peil_nearest_centres(
    const peil_stepped_points *points, const int32_t *listed, size_t count, peil_near_centre *found, int way);

#endif
