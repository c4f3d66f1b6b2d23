// Declarations only. The library is opened when the first product is asked for (LinearKernel.swift): it picks
// its processor kernel while it loads, and programs that do no linear algebra should not pay for it.
#include <cblas.h>
