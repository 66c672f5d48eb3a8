import Foundation
import Testing

private let tetrahedron = """
  v 0 0 0
  v 1 0 0
  v 0 1 0
  v 0 0 1
  f 1 3 2
  f 1 2 4
  f 1 4 3
  f 2 3 4
  """

@Test func `sounds and meshes say how they were made, are made again, and are compared`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(tetrahedron, to: "t.obj")
  try tool.write(
    """
    a = tone(440Hz, 500ms) |> fade(out: 100ms)
    save(a, "a.wav")
    save(a, "a.flac")
    save(a, "a.opus")
    save(a |> gain(-20dB), "b.wav")
    save(load("t.obj"), "t.glb")
    save(load("t.glb"), "u.obj")
    """, to: "make.gen")
  // The mesh has to be there when the script is checked.
  try tool.write("save(load(\"t.obj\"), \"t.glb\")", to: "first.gen")
  #expect(try tool.run("run", "first.gen").status == 0)
  let made = try tool.run("run", "make.gen")
  #expect(made.status == 0, "\(made.errors)")
  for (file, kind) in [
    ("a.wav", "wav pcm_s24, 0.5 s, 1 channel at 48000 Hz"),
    ("a.flac", "flac, 0.5 s, 1 channel at 48000 Hz"),
    ("a.opus", "ogg opus, 0.5 s, 1 channel at 48000 Hz"), ("t.glb", "glb, 4 triangles, 4 vertices"),
    ("u.obj", "obj, 4 triangles, 4 vertices"),
  ] {
    let info = try tool.run("info", file)
    #expect(info.output.hasPrefix("\(file): \(kind)\n"), "\(info.output)")
    #expect(info.output.contains("make.gen"))
    let again = try tool.run("reproduce", file)
    #expect(again.status == 0 && again.output.contains("made again"), "\(again.errors)")
  }
  #expect(try tool.run("diff", "a.wav", "a.flac").status == 0)
  let quieter = try tool.run("diff", "a.wav", "b.wav")
  #expect(quieter.status == 1 && quieter.output.contains("0.9 dB below the first"))
  let other = try tool.run("diff", "a.wav", "t.glb")
  #expect(other.status == 1 && other.output.contains("sound → mesh"))
}

@Test func `what does not fit is told before anything runs`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(tetrahedron, to: "t.obj")
  try tool.write("v 0 0 nan\n", to: "bad.obj")
  for (line, told) in [
    ("save(tone(), \"a.png\")", "a sound does not fit into PNG"),
    ("save(load(\"t.obj\"), \"a.wav\")", "a mesh does not fit into WAV"),
    ("save(plain(4, 4), \"a.glb\")", "a picture does not fit into GLB"),
    ("load(\"bad.obj\")", "line 1"), ("load(\"t.obj\") |> reverse", "Mesh"),
  ] {
    try tool.write(line, to: "a.gen")
    let outcome = try tool.run("check", "a.gen")
    #expect(outcome.status == 1 && outcome.errors.contains(told), "\(outcome.errors)")
    #expect(outcome.errors.contains("a.gen:1:"))
  }
}

@Test func `a session plays once where nobody can stop it, and says what does not play`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(tetrahedron, to: "t.obj")
  let outcome = try tool.run(
    "repl", input: ":play\nload(\"t.obj\")\n:play 7\n:play nothing\n:play\n1 + 1\n")
  #expect(outcome.output.contains("there is no cell yet"))
  #expect(outcome.output.contains("there is no cell 7"))
  #expect(outcome.errors.contains("nothing"))
  #expect(outcome.output.contains("this terminal shows no pictures"))
  #expect(outcome.output.hasSuffix("2\n"))
}
