// ReadStat reads the files of SPSS. Its Debian package has no pkg-config file: the header and the library lie where
// the compiler looks by itself.
#include <readstat.h>
