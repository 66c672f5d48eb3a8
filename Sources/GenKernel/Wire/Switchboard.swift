import CZeroMQ
import Foundation
import Synchronization

/// The sockets of a kernel, which belong to one thread; whoever has something to send leaves it here.
final class Switchboard: Sendable {
  typealias Receiver = @Sendable (Channel, [[UInt8]]) -> Void

  private struct Outbox {
    var waiting: [(channel: Channel, frames: [[UInt8]])] = []
    var isClosing = false
  }

  private let connection: ConnectionFile
  private let outbox = Mutex(Outbox())
  /// A pipe that wakes the thread that waits for messages.
  private let wake: (read: Int32, write: Int32)

  /// The longest message that is taken, in bytes.
  private static let longest: Int64 = 1 << 28

  init(_ connection: ConnectionFile) {
    self.connection = connection
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    wake = (ends[0], ends[1])
  }

  deinit {
    Glibc.close(wake.read)
    Glibc.close(wake.write)
  }

  /// Sends a message soon. From any thread.
  func send(_ frames: [[UInt8]], on channel: Channel) {
    outbox.withLock { $0.waiting.append((channel, frames)) }
    wakeUp()
  }

  /// Lets ``run(isWanted:receive:)`` come to its end once everything is sent. From any thread.
  func close() {
    outbox.withLock { $0.isClosing = true }
    wakeUp()
  }

  /// A pipe that is full wakes as well as one with a byte in it.
  private func wakeUp() { _ = write(wake.write, [UInt8(0)], 1) }

  private func sleepAgain() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    while read(wake.read, &bytes, bytes.count) == bytes.count { continue }
  }

  /// Listens and sends until ``close()``, on the thread that calls.
  ///
  /// - Parameter isWanted: Asked every second; false ends it.
  /// - Throws: ``KernelError``.
  func run(isWanted: () -> Bool, receive: Receiver) throws(KernelError) {
    guard let context = gen_zmq_context() else {
      throw .libraryMissing(reason: String(cString: gen_zmq_reason()))
    }
    defer { gen_zmq_end(context) }
    var sockets: [UnsafeMutableRawPointer?] = []
    defer { sockets.forEach(gen_zmq_close) }
    for channel in Channel.allCases {
      let endpoint = connection.endpoint(of: channel)
      let kind = channel == .iopub ? GenZMQPublisher : GenZMQRouter
      guard let socket = gen_zmq_bind(context, kind, endpoint, Self.longest) else {
        throw .cannotListen(endpoint: endpoint, reason: String(cString: gen_zmq_reason()))
      }
      sockets.append(socket)
    }
    while isWanted() {
      let ready = gen_zmq_poll(sockets, Int32(sockets.count), wake.read, 1000)
      if ready & 1 << UInt32(sockets.count) != 0 { sleepAgain() }
      for channel in Channel.allCases where ready & 1 << UInt32(channel.rawValue) != 0 {
        // Not all at once, so that a flood on one channel leaves the others open.
        for _ in 0..<64 {
          guard let frames = Self.message(from: sockets[channel.rawValue]) else { break }
          if channel == .heartbeat {
            Self.send(frames, on: sockets[channel.rawValue])
          } else {
            receive(channel, frames)
          }
        }
      }
      guard flush(to: sockets) else { return }
    }
  }

  /// Sends what waits; false when that was the last.
  private func flush(to sockets: [UnsafeMutableRawPointer?]) -> Bool {
    let (waiting, isClosing) = outbox.withLock { outbox in
      defer { outbox.waiting = [] }
      return (outbox.waiting, outbox.isClosing)
    }
    for (channel, frames) in waiting { Self.send(frames, on: sockets[channel.rawValue]) }
    return !isClosing
  }

  private static func send(_ frames: [[UInt8]], on socket: UnsafeMutableRawPointer?) {
    for (index, frame) in frames.enumerated() {
      // Who asked may be gone; that ends nothing here.
      guard gen_zmq_send(socket, frame, frame.count, index + 1 < frames.count ? 1 : 0) == 0
      else { return }
    }
  }

  private static func message(from socket: UnsafeMutableRawPointer?) -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    var more: Int32 = 1
    while more != 0 {
      var count = 0
      guard let bytes = gen_zmq_receive(socket, &count, &more) else { return nil }
      frames.append(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
      free(bytes)
    }
    return frames
  }
}
