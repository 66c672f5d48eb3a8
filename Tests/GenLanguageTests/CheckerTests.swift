import GenLanguage
import Testing

@Suite struct CheckerTests {
  @Test func `the example of the specification is rendered as it is written there`() {
    expectDiagnostics(
      """
      # boat.gen
      prompt = "a boat"
      video = diffuse(prompt, ⟦frame⟧: 24)
      """, ["E0104"],
      rendered: """
        test.gen:3:25  unknown argument 'frame'
          3 | video = diffuse(prompt, frame: 24)
            |                         ^^^^^ diffuse has no 'frame'. Did you mean 'frames'?
        """)
  }

  @Test func `numbers and quantities have types`() {
    expectTypes(
      """
      1 + 2
      1 + 0.5
      7 / 2
      7 % 2
      25%
      2s + 500ms
      2 * 2s
      2s / 1s
      2s * 24fps
      -6dB
      2 ^ 3
      2 ^ -1
      """,
      [
        "Int", "Number", "Number", "Int", "Number", "Duration", "Duration", "Number", "Number",
        "Gain", "Int", "Number",
      ])
  }

  @Test func `prompts and samplers are made by signs`() {
    expectTypes(
      """
      "a quiet harbour" + 0.6 * "mist" - "people"
      euler(8) + euler(12)
      "{1 + 1} boats"
      """, ["Prompt", "Sampler", "Text"])
  }

  @Test func `the form is chosen by the type that flows in`() {
    expectTypes(
      """
      paint(3) |> upscale
      diffuse("a boat", frames: 24) |> upscale(by: 3)
      diffuse("a boat", as: image) |> upscale
      paint(1) |> interpolate(to: 24fps)
      """, ["Image", "Video", "Image", "Video"])
  }

  @Test func `stages compose before a value flows`() {
    expectTypes(
      """
      finish = interpolate(to: 24fps) |> upscale(by: 2)
      finish
      diffuse("a boat", frames: 2) |> finish
      soft = blur(radius: 2)
      [paint(1), paint(2)][0] |> soft
      """, ["Stage<Video, Video>", "Video", "Image"])
  }

  @Test func `defs lambdas loops and blocks are inferred`() {
    expectTypes(
      """
      def twice(x) = x * 2
      def framed(p: Image, by = 2): Image = p |> upscale(by: by)
      twice(3)
      twice(2s)
      framed(paint(3))
      half = x => x / 2
      half(3)
      for i in 1..3 { paint(i) }
      {
        a = 1
        a + 1
      }
      {name: "x", size: 3}.size
      if 1 < 2 then "a" else "b"
      (a, b) = [1, 2]
      a + b
      """,
      ["Int", "Duration", "Image", "Number", "List<Image>", "Int", "Int", "Text", "Int"])
  }

  @Test func `all errors of a file are told at once`() {
    expectDiagnostics(
      """
      a = ⟦nope⟧
      b = blur(⟦3⟧)
      c = 2s ⟦+⟧ 24fps
      d = (1 ⟦2⟧)
      e = diffuse("x", frames: ⟦200⟧)
      """, ["E0101", "E0201", "E0204", "E0009", "E0205"])
  }

  @Test func `forms are listed when none fits`() {
    expectDiagnostics(
      "\"boat\" |> upscale", ["E0202"],
      rendered: """
        test.gen:1:1  upscale does not take a Text
          1 | "boat" |> upscale
            | ^^^^^^ this is a Text. Its forms are upscale(picture: Image, …), upscale(video: Video, …)
        """)
  }

  @Test func `only what nothing needs is warned about`() {
    let source = Source(name: "a.gen", text: "x = 1\n(a, b) = [1, 2]\nprint(a)\n_y = 2")
    let program = TestVocabulary.language.check(source, isScript: true)
    #expect(program.diagnostics.map(\.code) == ["W0501"])
    #expect(program.diagnostics.map { $0.place?.line } == [1])
    #expect(!program.hasErrors)
  }

  @Test func `errors in a body name the call that led to it`() {
    expectDiagnostics(
      "def f(a) = a ⟦+⟧ \"x\"\nprint(f(3))", ["E0203"],
      rendered: """
        test.gen:1:14  '+' does not go between an Int and a Text
          1 | def f(a) = a + "x"
            |              ^ Int + Text has no meaning. Put texts together with "{a}{b}"
          2 | print(f(3))
            |       ^^^^ called from here
        """)
  }

  @Test func `a body that nobody calls is checked as well`() {
    expectDiagnostics("def f(a) = a + ⟦nope⟧\ng = x => ⟦nine⟧", ["E0101", "E0101"])
  }

  @Test func `a choice wins over a variable of its name`() {
    expectTypes("image = 3\ndiffuse(\"a\", as: image)\nimage", ["Image", "Int"])
  }

  @Test func `the files that a program names are known before it runs`() {
    let program = TestVocabulary.language.check(
      Source(name: "a.gen", text: "name = \"boat\"\nsave(paint(1), \"{name}.mp4\")"))
    #expect(program.files.writes == ["boat.mp4"])
    #expect(program.files.reads == [])
  }

  @Test func `annotations are kept to`() {
    expectDiagnostics(
      """
      def f(p: Image, n: Int = ⟦"x"⟧): Text = ⟦p⟧
      f(⟦3⟧)
      def g(x: ⟦Picture⟧) = x
      """, ["E0220", "E0216", "E0201", "E0112"])
  }
}
