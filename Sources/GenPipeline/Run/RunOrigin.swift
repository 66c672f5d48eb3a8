import Synchronization

/// The program being run, from which manifests are made.
final class RunOrigin: Sendable {
  func manifest(of node: Node) -> Manifest? { nil }
}
struct Manifest { var text: String? }
