import GenMedia
import GenPipeline

/// Verbs on sounds; those that films have too are forms of the same names.
enum SoundVerbs {
  private static let sample = "tone(440Hz, 1s)"

  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "tone", "A sine tone.", topic: "sounds",
      Parameter("frequency", "How high it is.", in: 1...20_000, default: Hertz(440)),
      Parameter("duration", "How long it is.", in: 0.001...600, default: Seconds(1)),
      Parameter("level", "How loud it is, below full scale.", in: -120...0, default: Decibels(-6)),
      examples: [.init(sample, "Audio 1 s, 1 channel at 48000 Hz")]
    ) { (frequency: Hertz, duration: Seconds, level: Decibels) in
      try Audio.tone(frequency.amount, seconds: duration.amount, decibels: level.amount)
    }
    Stage(
      "gain", "Makes a sound louder or quieter.", topic: "sounds",
      Parameter("sound", "The sound."),
      Parameter("by", "6dB is about twice the swing, -6dB half.", in: -120...120),
      examples: [.init("\(sample) |> gain(-6dB)", "Audio 1 s, 1 channel at 48000 Hz")]
    ) { (sound: Audio, by: Decibels) in sound.gained(decibels: by.amount) }
    Stage(
      "normalize", "Makes a sound as loud as its largest sample lets it.", topic: "sounds",
      Parameter("sound", "The sound; silence stays."),
      Parameter("peak", "The largest sample afterwards.", in: -120...0, default: Decibels(-1)),
      examples: [.init("\(sample) |> normalize", "Audio 1 s, 1 channel at 48000 Hz")]
    ) { (sound: Audio, peak: Decibels) in sound.normalized(peak: peak.amount) }
    Stage(
      "resample", "Gives a sound another number of samples a second.", topic: "sounds",
      Parameter("sound", "The sound; it is as long and as high as before."),
      Parameter("rate", "Samples a second.", in: 1000...768_000),
      examples: [.init("\(sample) |> resample(44.1kHz)", "Audio 1 s, 1 channel at 44100 Hz")]
    ) { (sound: Audio, rate: Hertz) in try sound.resampled(to: Int(rate.amount.rounded())) }
    Stage(
      "mix", "Plays sounds at the same time.", topic: "sounds",
      Parameter("sounds", "The sounds; the first one gives rate and channels."),
      examples: [
        .init("mix([\(sample), tone(660Hz, 2s)])", "Audio 2 s, 1 channel at 48000 Hz")
      ]
    ) { (sounds: [Audio]) in
      guard let first = sounds.first else { throw Diagnostic.noSounds }
      return try first.mixed(with: Array(sounds.dropFirst()))
    }
    timeForms
  }

  @CatalogBuilder private static var timeForms: [Stage] {
    Stage(
      "trim", "Keeps a part of a sound.", topic: "sounds",
      Parameter("sound", "The sound."),
      Parameter("from", "Where the part begins.", in: 0...1e7, default: Seconds(0)),
      Parameter("to", "Where it ends; the sound's end unless it is given.", in: 0...1e7),
      examples: [
        .init("\(sample) |> trim(from: 250ms)", "Audio 0.75 s, 1 channel at 48000 Hz")
      ]
    ) { (sound: Audio, from: Seconds, to: Seconds?) in
      try sound.trimmed(from: from.amount, to: to?.amount)
    }
    Stage(
      "reverse", "Plays a sound backwards.", topic: "sounds",
      Parameter("sound", "The sound."),
      examples: [.init("\(sample) |> reverse", "Audio 1 s, 1 channel at 48000 Hz")]
    ) { (sound: Audio) in sound.reversed() }
    Stage(
      "loop", "Plays a sound several times over.", topic: "sounds",
      Parameter("sound", "The sound."),
      Parameter("times", "How often.", in: 1...10_000, default: 2),
      examples: [.init("\(sample) |> loop(3)", "Audio 3 s, 1 channel at 48000 Hz")]
    ) { (sound: Audio, times: Int) in try sound.looped(times) }
    Stage(
      "speed", "Plays a sound faster or slower, and as much higher or lower.", topic: "sounds",
      Parameter("sound", "The sound."),
      Parameter("by", "2 is twice as fast and an octave higher.", in: 0.01...100),
      examples: [.init("\(sample) |> speed(2)", "Audio 0.5 s, 1 channel at 48000 Hz")]
    ) { (sound: Audio, by: Double) in try sound.sped(by: by) }
    Stage(
      "fade", "Lets a sound come out of silence and go back into it.", topic: "sounds",
      Parameter("sound", "The sound."),
      Parameter("in", "How long the start takes.", in: 0...3600, default: Seconds(0)),
      Parameter("out", "How long the end takes.", in: 0...3600, default: Seconds(0)),
      examples: [
        .init("\(sample) |> fade(in: 10ms, out: 100ms)", "Audio 1 s, 1 channel at 48000 Hz")
      ]
    ) { (sound: Audio, fadeIn: Seconds, fadeOut: Seconds) in
      try sound.faded(in: fadeIn.amount, out: fadeOut.amount)
    }
    Stage(
      "concat", "Puts sounds one after another.", topic: "sounds",
      Parameter("sounds", "The sounds, in order; the first one gives rate and channels."),
      examples: [
        .init("concat([\(sample), \(sample)])", "Audio 2 s, 1 channel at 48000 Hz")
      ]
    ) { (sounds: [Audio]) in
      guard let first = sounds.first else { throw Diagnostic.noSounds }
      return try first.concatenated(with: Array(sounds.dropFirst()))
    }
  }
}

extension Diagnostic {
  fileprivate static var noSounds: Diagnostic {
    Diagnostic(
      "E0712", message: "there is no sound in the list", hint: "give it a list that is not empty")
  }
}
