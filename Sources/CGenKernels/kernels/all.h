/// Every kernel and the table of them, for the instruction set whose namespace includes this.
#pragma once

#include "vector.h"

#include "math.h"

#include "elementwise.h"
#include "reduce.h"

#include "norm.h"
#include "training.h"

#include "softmax.h"

#include "attention.h"

#include "winograd.h"
#include "winograd_gradient.h"

const KernelTable table = {
    fused,
    convert,
    axpy,
    reduce,
    normForward,
    normBackward,
    channelMoments,
    groupForward,
    groupSums,
    groupBackward,
    softmax,
    softmaxBackward,
    crossEntropy,
    segmentSoftmax,
    segmentSoftmaxBackward,
    segmentDraw,
    attentionMemory,
    attentionForward,
    attentionBackward,
    rotate,
    philox,
    uniform,
    normal,
    adamw,
    addRows,
    downsample2,
    mixRows,
    winogradWeights,
    winograd,
    winogradSums,
    winogradTaps,
};
