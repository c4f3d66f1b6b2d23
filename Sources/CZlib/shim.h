// zlib unfolds and folds the blocks of a compressed SPSS file (.zsav). ReadStat brings the library with it.
#include <zlib.h>
