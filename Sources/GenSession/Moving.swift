import CChafa
import CLineEdit
import Foundation
import GenMedia
import GenPipeline

/// A film that moves on a terminal: each frame is drawn over the one before, at the film's rate.
///
/// It goes on from the start until somebody presses `q`, Enter or Ctrl-C; where nobody can, it plays
/// once.
struct MovingPicture {
  let film: Video
  let terminal: Terminal

  /// - Throws: what making a frame throws.
  func play() throws {
    let frames = try film.inMemory(byteLimit: 1 << 30).collected()
    guard let first = frames.first else { return }
    let (columns, rows) = terminal.cells(
      for: first, columns: min(terminal.columns - 1, 80), rows: min(terminal.rows - 3, 24))
    let keys = Keys()
    defer { keys.restore() }
    // Room below, so that drawing never scrolls; the cursor hides meanwhile.
    put(String(repeating: "\n", count: rows) + "\u{1B}[\(rows)A\u{1B}[?25l")
    defer { put("\u{1B}[\(rows)B\r\u{1B}[?25h") }
    _ = gen_line_take_interrupt()
    let clock = ContinuousClock()
    let start = clock.now
    var index = 0
    while true {
      let frame = frames[index % frames.count]
      if let drawn = terminal.still(frame, columns: columns, rows: rows) {
        put("\u{1B}7" + drawn + "\u{1B}8")
      }
      // Frames that the terminal is too slow for are left out.
      let due = Int((clock.now - start).seconds / film.rate.frameDuration)
      index = max(index + 1, due)
      let next = start + .seconds(Double(index) * film.rate.frameDuration)
      if keys.isStopped(until: next) { return }
      if index >= frames.count, !keys.canStop { return }
    }
  }
}

/// The keyboard without waiting for Enter and without showing what is typed.
private final class Keys {
  private var before = termios()
  /// Whether somebody sits at it.
  let canStop: Bool

  init() {
    canStop = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before) == 0
    guard canStop else { return }
    var mode = before
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }

  func restore() { if canStop { tcsetattr(STDIN_FILENO, TCSANOW, &before) } }

  /// Waits until a moment; true as soon as the film is to stop.
  func isStopped(until moment: ContinuousClock.Instant) -> Bool {
    repeat {
      if gen_line_take_interrupt() == 1 { return true }
      let left = (moment - ContinuousClock().now).seconds
      var keyboard = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let milliseconds = Int32(max(0, min(50, left * 1000)))
      if !canStop {
        usleep(UInt32(milliseconds) * 1000)
      } else if poll(&keyboard, 1, milliseconds) > 0 {
        var key: UInt8 = 0
        let count = read(STDIN_FILENO, &key, 1)
        if count == 0 || [UInt8(ascii: "q"), 10, 13, 27, 4].contains(key) { return true }
      }
    } while ContinuousClock().now < moment
    return false
  }
}

extension Terminal {
  /// The cells that a picture takes, at most as many as given; a cell is twice as high as wide.
  func cells(for picture: Image, columns: Int, rows: Int) -> (columns: Int, rows: Int) {
    let shape = Double(picture.width) / Double(picture.height) * 2
    let across = min(Double(max(1, columns)), Double(max(1, rows)) * shape)
    return (max(1, Int(across.rounded())), max(1, Int((across / shape).rounded())))
  }

  /// A frame at the cursor, in place of the one before.
  fileprivate func still(_ frame: Image, columns: Int, rows: Int) -> String? {
    guard pictures == .kitty else {
      return drawn(frame, columns: columns, rows: rows)?
        .replacing("\n", with: "\u{1B}[1B\u{1B}[\(columns)D")
    }
    return KittyImage(frame, columns: columns, rows: rows).text
  }
}

/// A picture for terminals that know kitty's protocol, under a number, so that the next one takes
/// its place instead of filling the terminal's memory.
///
/// - Source: kitty, "Terminal graphics protocol", sections on transferring pixel data and placing.
private struct KittyImage {
  let text: String

  init(_ picture: Image, columns: Int, rows: Int) {
    let bytes = Array(Data(picture.rgbSamples).base64EncodedData())
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      let end = min(start + 4096, bytes.count)
      let more = end < bytes.count ? 1 : 0
      let head =
        start == 0
        ? "a=T,q=2,i=7001,p=1,C=1,f=24,s=\(picture.width),v=\(picture.height),c=\(columns),r=\(rows),m=\(more)"
        : "m=\(more)"
      text += "\u{1B}_G\(head);" + String(decoding: bytes[start..<end], as: UTF8.self) + "\u{1B}\\"
    }
    self.text = text
  }
}
