#include "cgenkernels.h"
