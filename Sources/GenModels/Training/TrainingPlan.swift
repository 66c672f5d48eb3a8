import GenTensor

/// Everything that decides how a network is trained; equal plans give equal weights.
public struct TrainingPlan<Sizes: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
  public var sizes: Sizes
  public var height = 64
  public var width = 64
  /// Trained one after the other.
  public var phases: [TrainingPhase]
  /// What moves the matrices inside the network; AdamW moves the rest.
  public var optimizer = TrainingOptimizer.muon
  /// The highest rate, reached after the first steps of the first phase.
  public var rate: Float = 1e-3
  public var warmUpCount = 100
  /// How many times as fast as the matrices the tables of words move, and how many times all else.
  public var wordHaste: Float = 1
  public var pace: Float = 0.3
  /// The same for what words look like: a sum of many words, so that haste would be noise.
  public var pictureHaste: Float = 0.1
  /// The share of the rate that is left at the end.
  public var finalShare: Float = 0.1
  public var decay: Float = 0.05
  /// How much of the old average of the weights stays at each step.
  public var averageDecay: Float = 0.999
  /// The share of films whose caption is left out, for guidance.
  public var captionDropout: Float = 0.1
  /// Times are the logistic function of normal numbers with this mean and deviation.
  public var timeMean: Float = -0.9
  public var timeDeviation: Float = 1
  /// How many drawn films are kept to choose from.
  public var poolCount = 512
  /// How often a drawn film is used on average.
  public var useCount = 4
  public var seed: UInt64 = 1
  public var usesBF16 = true

  public init(sizes: Sizes, phases: [TrainingPhase]) {
    (self.sizes, self.phases) = (sizes, phases)
  }

  public var stepCount: Int { phases.reduce(0) { $0 + $1.stepCount } }
  var mode: NumericMode { usesBF16 ? .bf16 : .f32 }

  /// The rate of a step, from 0: a rise, then half a cosine down.
  func rate(atStep step: Int) -> Float {
    let rise = min(1, Float(step + 1) / Float(max(warmUpCount, 1)))
    let progress = Float(step) / Float(max(stepCount, 1))
    let fall = finalShare + (1 - finalShare) * 0.5 * (1 + Float.cosine(.pi * progress))
    return rate * rise * fall
  }

  /// Which phase a step of the whole belongs to, and its number in it.
  func place(ofStep step: Int) -> (phase: Int, step: Int)? {
    var rest = step
    for (index, phase) in phases.enumerated() {
      if rest < phase.stepCount { return (index, rest) }
      rest -= phase.stepCount
    }
    return nil
  }
}

public enum TrainingOptimizer: String, Sendable, Hashable, Codable { case muon, adamw }

/// A stretch of training on films of one length.
public struct TrainingPhase: Sendable, Hashable, Codable {
  /// 1 for stills.
  public var frameCount: Int
  public var batchCount: Int
  public var stepCount: Int
  /// Stills that a step sees beside its films, so that drawing them is not forgotten.
  public var stillCount = 0
  /// Whether parts of most films are given, for animation, continuation and repair.
  public var givesParts = false
  /// Trained on so many of a film's patches, chosen anew in each step; all when `nil`.
  public var patchCount: Int?
  /// The mean of the normal numbers behind its times, where it is not the plan's: long films need
  /// noisier ones than stills before their patches agree.
  public var timeMean: Float?

  public init(frameCount: Int, batchCount: Int, stepCount: Int, givesParts: Bool = false) {
    (self.frameCount, self.batchCount, self.stepCount) = (frameCount, batchCount, stepCount)
    self.givesParts = givesParts
  }

  /// Films that a step takes from the pool.
  var chosenCount: Int { batchCount + stillCount }
}

/// One film to learn from.
public struct TrainingExample: Sendable {
  /// Frame by frame, row by row, red, green and blue in 0…255.
  public let bytes: [UInt8]
  public let caption: String

  public init(bytes: [UInt8], caption: String) {
    (self.bytes, self.caption) = (bytes, caption)
  }
}

/// Why training stopped.
public enum TrainingError: Error, Equatable, Sendable {
  case emptyPlan
  case differentPlan(path: String)
  case damagedCheckpoint(path: String, reason: String)
  case wrongExample(index: Int, expected: Int, found: Int)
  /// The loss is no number, or stays far above the best it was.
  case diverged(step: Int, loss: Float)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptyPlan: "the plan has no steps"
    case .differentPlan(let path):
      "\"\(path)\" was made by another plan; remove it to start afresh, or restore the plan"
    case .damagedCheckpoint(let path, let reason): "\"\(path)\" cannot be resumed: \(reason)"
    case .wrongExample(let index, let expected, let found):
      "film \(index) has \(found) bytes, not \(expected)"
    case .diverged(let step, let loss):
      "the loss diverged to \(loss) in step \(step); the last checkpoint is kept"
    }
  }
}
