import CChafa
import Glibc

/// What the terminal that a person looks at can show.
public struct Terminal: Sendable {
  public enum PictureMode: String, Sendable { case none, blocks, sixel, kitty }

  public let columns: Int
  public let rows: Int
  /// 1 (none), 16, 256 or 16,777,216.
  public let colorCount: Int
  public let pictures: PictureMode
  /// Whether lines may be written over, as progress does.
  public let isInteractive: Bool

  public init(
    columns: Int, rows: Int, colorCount: Int, pictures: PictureMode, isInteractive: Bool
  ) {
    self.columns = columns
    self.rows = rows
    self.colorCount = colorCount
    self.pictures = pictures
    self.isInteractive = isInteractive
  }

  public var hasColor: Bool { colorCount > 1 }

  /// Looks at a file descriptor and the environment (`TERM`, `COLORTERM`, `NO_COLOR`, `COLUMNS`,
  /// `TMUX`, and `GEN_PICTURES`, which chooses how pictures are drawn: kitty, sixel, blocks, none).
  public static func current(descriptor: Int32 = STDOUT_FILENO) -> Terminal {
    let isTerminal = isatty(descriptor) == 1
    let term = environment("TERM") ?? "dumb"
    let isDumb = term == "dumb" || !isTerminal
    let (columns, rows) = size(of: descriptor)
    let colors = isDumb || environment("NO_COLOR") != nil ? 1 : colorCount(term)
    return Terminal(
      columns: columns, rows: rows, colorCount: colors,
      pictures: isDumb ? .none : pictureMode(colors), isInteractive: !isDumb)
  }

  private static func size(of descriptor: Int32) -> (Int, Int) {
    var window = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 {
      return (Int(window.ws_col), window.ws_row > 0 ? Int(window.ws_row) : 24)
    }
    return (environment("COLUMNS").flatMap(Int.init).map { max(20, $0) } ?? 80, 24)
  }

  private static func colorCount(_ term: String) -> Int {
    let depth = environment("COLORTERM") ?? ""
    if depth == "truecolor" || depth == "24bit" { return 1 << 24 }
    return term.contains("256") ? 256 : 16
  }

  private static func pictureMode(_ colors: Int) -> PictureMode {
    if let asked = environment("GEN_PICTURES").flatMap(PictureMode.init) { return asked }
    // What stands between the terminal and us passes on letters and colours only.
    let isInside = environment("TMUX") != nil || environment("STY") != nil
    guard !isInside else { return colors > 1 ? .blocks : .none }
    return switch gen_chafa_detect() {
    case GenChafaKitty: .kitty
    case GenChafaSixel: .sixel
    default: colors > 1 ? .blocks : .none
    }
  }
}
