/// What a network is shown of a film of which parts are given: every frame shows what is given of
/// it; one of which nothing is given shows the nearest frame that is given whole.
///
/// So what stands still is there already, and what moves has to be moved only.
///
/// - Source: Girdhar et al. 2023, "Emu Video", arXiv:2311.10709v2, section 3.1 (the picture that a
///   film starts from, beside every frame of its noise).
struct ShownFrames {
  /// For each frame the one that it shows; nil where nothing is given.
  let sources: [Int?]
  private let mask: [Float]

  /// - Parameter mask: 1 where given, one number for each pixel of each frame.
  init(mask: [Float], frameCount: Int) {
    self.mask = mask
    let perFrame = mask.count / max(frameCount, 1)
    let frames = (0..<frameCount).map { mask[$0 * perFrame..<($0 + 1) * perFrame] }
    let whole = frames.indices.filter { frames[$0].allSatisfy { $0 == 1 } }
    sources = frames.indices.map { frame in
      if frames[frame].contains(1) { return frame }
      return whole.min { abs($0 - frame) < abs($1 - frame) }
    }
  }

  /// What the network is told of every pixel: 1 where it is given; where its frame shows another,
  /// how many frames later that one is, as a share of 48; 0 where nothing is shown.
  var marks: [Float] {
    let perFrame = mask.count / max(sources.count, 1)
    return sources.enumerated().flatMap { frame, source in
      let pixels = mask[frame * perFrame..<(frame + 1) * perFrame]
      guard let source, source != frame else { return Array(pixels) }
      return [Float](repeating: Float(source - frame) / 48, count: perFrame)
    }
  }

  /// The samples that are shown, three for each pixel; 0 where nothing is.
  func samples(of film: [Float]) -> [Float] {
    let perFrame = mask.count / max(sources.count, 1)
    var shown = [Float](repeating: 0, count: film.count)
    for (frame, source) in sources.enumerated() {
      guard let source else { continue }
      for pixel in 0..<perFrame where mask[source * perFrame + pixel] == 1 {
        let (to, from) = (3 * (frame * perFrame + pixel), 3 * (source * perFrame + pixel))
        for channel in 0..<3 { shown[to + channel] = film[from + channel] }
      }
    }
    return shown
  }
}
