#include "table.h"

#define CGEN_ALWAYS __attribute__((always_inline))
namespace cgen {
namespace portable {
#include "all.h"
} // namespace portable
} // namespace cgen
