// libxlsxwriter writes the workbooks of Excel and LibreOffice. Header and library lie where the compiler looks by itself.
#include <xlsxwriter.h>
