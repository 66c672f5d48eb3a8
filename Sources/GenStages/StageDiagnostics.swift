import GenMedia
import GenPipeline
import GenWeights

/// The messages of this floor: facts in, prose out.
extension Diagnostic {
  static func unusablePath(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0701", message: "\"\(path)\" is not a path that can be used", label: "no such place",
      hint: "name a file, such as \"boat.mp4\"")
  }

  static func pathLeavesOutput(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0702", message: "\"\(path)\" lies outside of the output folder",
      label: "scripts write below the output folder only",
      hint: "choose the folder with --out DIR, or allow this one with --allow-write DIR")
  }

  static func cannotMakeFolder(_ path: String, reason: String) -> Diagnostic {
    Diagnostic(
      "E0703", message: "the folder \"\(path)\" cannot be made: \(reason)",
      hint: "check the path and its permissions")
  }

  static func unknownEnding(_ path: String) -> Diagnostic {
    Diagnostic(
      "E0704", message: "the ending of \"\(path)\" says no format that is known",
      label: "which format is this?",
      hint: "end the name in one of \(MediaFormat.endings.joined(separator: " "))")
  }

  static func formatHoldsNo(_ medium: Medium, _ format: MediaFormat) -> Diagnostic {
    let endings = MediaFormat.endings(for: medium).joined(separator: " ")
    return Diagnostic(
      "E0705", message: "a \(medium.noun) does not fit into \(format.name)",
      label: "holds one \(format.holds.noun)",
      hint: medium == .video && format.holds == .image
        ? "save it as .mp4, .webm, .gif or .apng, or one frame of it: frame(video, 0)"
        : "end the name in one of \(endings)")
  }

  static func mediumUnknown(stage: String) -> Diagnostic {
    Diagnostic(
      "E0706", message: "it cannot be told what \(stage) makes here", label: "a picture or a film?",
      hint: "say it: as: image, video, audio or mesh")
  }

  static var sizeMissing: Diagnostic {
    Diagnostic(
      "E0707", message: "resize needs a width or a height", label: "how large?",
      hint: "add width: or height:, in pixels")
  }

  static var nothingToJoin: Diagnostic {
    Diagnostic(
      "E0708", message: "a film needs at least one picture and a rate above zero",
      hint: "give it a list that is not empty")
  }

  static func captionCount(_ count: Int, pictures: Int) -> Diagnostic {
    Diagnostic(
      "E0709", message: "there are \(count) captions for \(pictures) pictures",
      hint: "give one caption for each picture, or none")
  }

  static func unusableArgument(_ name: String, of stage: String) -> Diagnostic {
    Diagnostic(
      "E0733", message: "\(stage) cannot use this '\(name)'", hint: "see: gen doc \(stage)")
  }

  static var nothingToVary: Diagnostic {
    Diagnostic(
      "E0734", message: "there is no seed in what was to be varied", label: "always the same",
      hint: "vary what diffuse, grain or another verb with a seed has made")
  }

  static func media(_ error: MediaError) -> Diagnostic {
    Diagnostic("E0710", message: error.message, hint: error.hint)
  }

  static func weights(_ error: WeightsError) -> Diagnostic {
    Diagnostic("E0721", message: error.message, hint: error.hint)
  }

  static func drawing(_ sentence: String) -> Diagnostic { Diagnostic("E0722", message: sentence) }

  static func training(_ sentence: String) -> Diagnostic { Diagnostic("E0740", message: sentence) }

  static var unusableNetwork: Diagnostic {
    Diagnostic(
      "E0741", message: "these sizes make no network",
      hint: "give three channels, and a width that is a multiple of twice the heads")
  }

  static func model(_ error: ModelStoreError) -> Diagnostic {
    Diagnostic("E0720", message: error.message, hint: error.hint)
  }

  /// The page of `gen explain` for each code of this floor.
  public static let stagePages = verbPages.merging(tablePages) { $1 }.merging(personalPages) { $1 }
    .merging(
      privacyPages
    ) { $1 }

  private static let verbPages: [String: String] = [
    "E0701": """
    The text is empty or cannot be the name of a file.
    """,
    "E0702": """
    A script writes below its output folder only, so that a script from a stranger cannot overwrite
    your files. The output folder is the current one, or the one given with --out. When you trust
    the script, add the folder it wants with --allow-write.
    """,
    "E0703": """
    `save` makes the folders in its path when they are missing, and this one could not be made.
    """,
    "E0704": """
    `save` takes the format from the ending of the file's name: .mp4 and .webm for films, .gif,
    .apng and .webp for films that loop, .png and .jpg for pictures, frame-%03d.png for one picture
    a frame; .wav, .flac and .opus for sounds; .glb, .obj and .stl for meshes; .csv, .tsv
    and .jsonl for tables.
    """,
    "E0705": """
    A format holds pictures, films, sounds (.wav, .flac, .opus) meshes (.glb, .obj, .stl) or
    tables (.csv, .tsv, .jsonl). PNG and JPEG hold one picture. Save a film as .mp4, .webm, .gif, .apng or .webp, as pictures
    with "frame-%03d.png", or take one frame: `frame(video, 0) |> save("first.png")`.
    """,
    "E0706": """
    Whether the result is a picture or a film depends on arguments that are only known while the
    script runs. Say it with `as: image` or `as: video`; for diffuse, `frames:` says it too.
    """,
    "E0707": """
    `resize` keeps the shape when one side is given, and needs at least one:
    `picture |> resize(width: 640)`.
    """,
    "E0708": """
    A list of pictures or films to be put together was empty, or the rate was not above zero.
    """,
    "E0709": """
    `sheet` writes one caption under each picture: the two lists have to be of one length.
    """,
    "E0710": """
    A picture, film, sound, mesh or table could not be read, made or written. The message says which
    file and why, and of a table which line.
    """,
    "W0701": """
    A film model knows the words that it was trained with. A word that it does not know changes
    nothing in the film; the message names the nearest words that it knows.
    """,
    "E0730": """
    The model knows no word of the prompt, so it could only draw something at random.
    `gen doc matinee` lists what it can draw.
    """,
    "E0731": """
    The samplers are euler, heun, dpmpp and ddim; `+` puts one after another.
    """,
    "E0732": """
    The film model draws up to 24 frames at once. Longer films are made in windows:
    `diffuse("a boat", frames: 24) |> extend(seconds: 2s)`.
    """,
    "E0733": """
    An argument had a value of a type that the stage cannot use.
    """,
    "E0721": """
    A file of weights is not what its header says, or not of the network that reads it.
    """,
    "E0722": """
    A network could not be run with what it was given; the message says why.
    """,
    "E0734": """
    `vary` repeats the calls behind a result with other seeds. What was made without a seed comes
    out the same every time, so it has no siblings.
    """,
    "E0735": """
    `lora` gives what is to be added to a model, not a model: `model("matinee") + lora("ink.safetensors")`.
    """,
    "E0761": """
    `pick(grid, 3)` counts the elements row by row from 0; `pick(grid, seed: 3)` names a value on an
    axis. With values for all axes it takes one element, with some a smaller grid.
    """,
    "E0762": """
    The axes of a grid are named after the arguments that were swept: `diffuse("a cat", seed: 1..4)`
    has the axis `seed`. Where a name was taken, the stage's name stands before it: `grain_seed`.
    """,
    "E0763": """
    Only the values of the sweep are on an axis; the captions of the sheet show them.
    """,
    "E0764": """
    The elements of a grid are counted row by row, from 0, or from -1 at the end.
    """,
    "E0765": """
    Sheets show pictures and films. Elements of other kinds are had with `elements(grid)` or `pick`.
    """,
    "E0736": """
    `trace` keeps the steps of a sampler, and nothing in what it was given was drawn in steps. Give it
    the result of diffuse, animate, edit, inbetween or extend, or something made of such a result:
    `trace(diffuse("a cat", as: image))`.
    """,
    "E0711": """
    `difference` compares pixel by pixel, so both pictures need one size; `resize` brings one of them to
    the size of the other.
    """,
    "E0712": """
    `mix` and `concat` put sounds together, and the list that they were given was empty.
    """,
    "E0750": """
    `claim` says something that has to be so, as the lessons do about what their cells have measured.
    Here it is not: either the sentence is wrong, or what was computed is.
    """,
    "E0751": """
    `ask` offers choices, and none of them is the answer, so nobody could be right.
    """,
    "E0740": """
    The training could not begin or go on; the message says why. What was reached is in the last
    checkpoint, and running the same recipe again goes on from there.
    """,
    "E0741": """
    The network's channels are three numbers, and its width must divide into heads of even size.
    """,
    "E0720": """
    A model is not here and cannot be had, or its files are not what they should be.
    `gen models list` shows the models, `gen models verify NAME` sums one.
    """,
  ]
}
