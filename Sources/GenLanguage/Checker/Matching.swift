import GenPipeline

/// Which argument goes to which parameter: the rules are the same for verbs, `def`s, the check and
/// the evaluation.
struct Matching {
  enum Problem {
    case unknownLabel(Int)
    case repeated(Int, first: Int, parameter: Int)
    case tooMany(Int)
    case positionAfterLabel(Int)
  }

  /// For each parameter the index of its argument.
  var slots: [Int?]
  var problems: [Problem] = []

  /// Labels by name, the others in order.
  init(parameters: [String], labels: [String?]) {
    slots = Array(repeating: nil, count: parameters.count)
    var next = 0
    var sawLabel = false
    for (index, label) in labels.enumerated() {
      if let label {
        sawLabel = true
        guard let parameter = parameters.firstIndex(of: label) else {
          problems.append(.unknownLabel(index))
          continue
        }
        take(parameter, index)
      } else if sawLabel {
        let isFirst = !problems.contains {
          if case .positionAfterLabel = $0 { true } else { false }
        }
        if isFirst { problems.append(.positionAfterLabel(index)) }
      } else if next < parameters.count {
        take(next, index)
        next += 1
      } else {
        problems.append(.tooMany(index))
      }
    }
  }

  private mutating func take(_ parameter: Int, _ index: Int) {
    if let first = slots[parameter] {
      problems.append(.repeated(index, first: first, parameter: parameter))
    } else {
      slots[parameter] = index
    }
  }

  /// The parameters that need an argument and have none.
  func missing(_ isRequired: (Int) -> Bool) -> [Int] {
    slots.indices.filter { slots[$0] == nil && isRequired($0) }
  }
}

extension Checker {
  /// Says what is wrong with the labels and the number of arguments.
  func report(_ matching: Matching, parameters: [String], _ site: CallSite) {
    for problem in matching.problems {
      switch problem {
      case .unknownLabel(let index):
        guard let label = site.inputs[index].label else { continue }
        report(
          .unknownArgument(
            label.text, of: site.name, known: parameters,
            at: site.inputs[index].source.place(of: label.range)))
      case .repeated(let index, let first, let parameter):
        report(
          .repeatedArgument(
            parameters[parameter], of: site.name, at: site.inputs[index].place,
            first: site.inputs[first].place))
      case .tooMany(let index):
        report(
          .tooManyArguments(site.name, takes: parameters.count, at: site.inputs[index].place))
      case .positionAfterLabel(let index):
        report(.positionAfterLabel(at: site.inputs[index].place))
      }
    }
  }
}
