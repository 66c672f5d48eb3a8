import Foundation
import GenLanguage
import GenPipeline
import GenSession
import Synchronization

/// A session of Gen that Jupyter's front ends use: messages come in as frames, and go out as frames.
///
/// Requests on the shell channel are done one after the other; those on the control channel at once,
/// on the thread that brings them, because the work may hold all others.
public final class Kernel: Sendable {
  struct State {
    /// Shell requests that have come, and how many of them are dropped because one before them failed.
    var arrivedCount = 0
    var abortedCount = 0
    var history: HistoryBook
    /// Cancels the work at hand.
    var cancel: (@Sendable () -> Void)?
    /// Where what somebody types goes.
    var answer: Answer?
  }

  let post: Post
  let session: Session
  let renderer: Renderer
  let progress: ProgressDisplay
  let outlet: Outlet
  let state: Mutex<State>
  private let isAtWork = Mutex(false)
  private let inbox: AsyncStream<(Request, number: Int)>
  private let arrivals: AsyncStream<(Request, number: Int)>.Continuation
  private let ended: @Sendable () -> Void

  /// - Parameters:
  ///   - key: What messages are signed with; empty where they are not.
  ///   - sender: Takes the frames of a message; called from any thread.
  ///   - ended: Called when somebody shuts the kernel down.
  public init(
    _ options: Workshop.Options, key: String, history: History,
    sender: @escaping @Sendable ([[UInt8]], Channel) -> Void,
    ended: @escaping @Sendable () -> Void
  ) {
    let post = Post(key: key, sender: sender)
    let outlet = Outlet()
    let progress = ProgressDisplay(post)
    // What verbs announce is in the journal, too.
    let workshop = Workshop(options, announce: { _ in }) { event in
      progress.show(event)
      if case .warned(let diagnostic) = event { outlet.note(.problem(diagnostic, Sources())) }
    }
    workshop.journal.tell { outlet.note(.exhibit($0)) }
    session = Session(
      workshop, history: History(path: nil), show: { _, _ in },
      // That a cell was stopped is told as its error.
      say: { if $0 != Session.stopped { outlet.note(.text($0 + "\n")) } },
      tell: { outlet.note(.problem($0, $1)) })
    renderer = Renderer(workshop)
    state = Mutex(State(history: HistoryBook(history)))
    (inbox, arrivals) = AsyncStream.makeStream()
    (self.post, self.outlet, self.progress, self.ended) = (post, outlet, progress, ended)
  }

  /// Takes a message. From any thread, one at a time.
  public func receive(_ frames: [[UInt8]], on channel: Channel) {
    if channel == .iopub { return welcome(frames) }
    guard let request = post.request(frames, on: channel) else { return }
    switch channel {
    case .shell:
      let number = state.withLock { state in
        state.arrivedCount += 1
        return state.arrivedCount
      }
      arrivals.yield((request, number))
    case .control:
      tell("busy", for: request)
      if !answerAtOnce(request) { refuse(request) }
      tell("idle", for: request)
    case .stdin:
      guard let reply = try? request.content(InputReply.self) else { return }
      state.withLock(\.answer)?.give(reply.value)
    case .iopub, .heartbeat: break
    }
  }

  /// Does what is asked on the shell channel, until the task is cancelled.
  public func serve() async {
    post.publish("status", Status(executionState: "starting"), for: nil)
    for await (request, number) in inbox {
      isAtWork.withLock { $0 = true }
      tell("busy", for: request)
      await answer(request, number)
      tell("idle", for: request)
      isAtWork.withLock { $0 = false }
    }
  }

  /// Stops the cell at work, and whoever waits for something to be typed.
  public func stop() {
    let (cancel, answer) = state.withLock { ($0.cancel, $0.answer) }
    cancel?()
    answer?.give(nil)
  }

  public var isIdle: Bool { isAtWork.withLock { !$0 } }

  /// Whoever begins to listen is told that they are heard.
  private func welcome(_ frames: [[UInt8]]) {
    guard let frame = frames.first, frame.first == 1 else { return }
    let topic = Array(frame.dropFirst())
    let welcome = Welcome(subscription: String(decoding: topic, as: UTF8.self))
    post.publish("iopub_welcome", welcome, for: nil, topic: topic)
  }

  private func tell(_ executionState: String, for request: Request) {
    post.publish("status", Status(executionState: executionState), for: request)
  }

  private func answer(_ request: Request, _ number: Int) async {
    do {
      switch request.type {
      case "execute_request": try await execute(request, number)
      case "complete_request": try await complete(request)
      case "inspect_request": try await inspect(request)
      case "is_complete_request": try judge(request)
      case "history_request":
        let content = try request.content(HistoryRequest.self)
        let found = state.withLock { $0.history.answer(content) }
        post.reply(to: request, HistoryReply(history: found))
      default:
        if !answerAtOnce(request) { refuse(request) }
      }
    } catch let error as DecodingError {
      post.reply(to: request, ErrorReply(ename: "BadRequest", evalue: error.reason))
    } catch {
      post.reply(to: request, ErrorReply(ename: "Error", evalue: "\(error)"))
    }
  }

  /// What needs no waiting for the work; false where that is not known here.
  private func answerAtOnce(_ request: Request) -> Bool {
    switch request.type {
    case "kernel_info_request": post.reply(to: request, KernelInfoReply())
    case "comm_info_request": post.reply(to: request, CommInfoReply())
    case "interrupt_request":
      stop()
      post.reply(to: request, PlainReply())
    case "shutdown_request":
      let content = try? request.content(ShutdownRequest.self)
      let reply = ShutdownReply(restart: content?.restart ?? false)
      post.reply(to: request, reply)
      post.publish("shutdown_reply", reply, for: request)
      ended()
    case "comm_open":
      // There are no widgets; who opens one is told that it is closed.
      if let content = try? request.content(CommOpen.self) {
        post.publish("comm_close", CommClose(commId: content.comm_id), for: request)
      }
    case "comm_msg", "comm_close": break
    default: return false
    }
    return true
  }

  private func refuse(_ request: Request) {
    let type = String(request.type.prefix(60))
    log("\(request.channel) takes no \(type)")
    guard request.type.hasSuffix("_request") else { return }
    post.reply(
      to: request,
      ErrorReply(ename: "UnknownRequest", evalue: "gen takes no \(type) on \(request.channel)"))
  }
}

/// One answer that a thread waits for.
final class Answer: Sendable {
  private let text = Mutex<String?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  /// - Parameter text: nil when nobody answers any more.
  func give(_ text: String?) {
    self.text.withLock { $0 = text }
    isThere.signal()
  }

  func wait() -> String? {
    isThere.wait()
    return text.withLock(\.self)
  }
}
