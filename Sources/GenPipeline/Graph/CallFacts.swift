import GenDigest

/// Everything that the result of a call depends on, written down.
///
/// The key of the call is the SHA-256 of it. It is kept beside each result so that a later miss can
/// be explained: see ``Why``.
public struct CallFacts: Sendable, Hashable, Codable {
  public struct Argument: Sendable, Hashable, Codable {
    public let name: String
    /// As a person would write it, shortened: `24`, `"a boat"`, `diffuse(…)`.
    public let text: String
    /// Of the value; of a call that is still to be run, its key.
    public let digest: Digest
    /// The stage whose result it is, when the argument is a call.
    public let call: String?

    init(name: String, text: String, digest: Digest, call: String?) {
      self.name = name
      self.text = text
      self.digest = digest
      self.call = call
    }
  }

  public let stage: String
  public let version: Int
  public let arguments: [Argument]
  /// The digest of each model's weights, by the model's name.
  public let models: [String: String]
  /// The digest of each file read, by its path as the script has it.
  public let files: [String: Digest]
  public let numericMode: String
  public let program: String

  /// The address of the result.
  ///
  /// The texts are not part of it: the digests say the same, exactly.
  public var key: Digest {
    let hasher = Hasher256()
    hasher.updateCounted("gen call 1")
    hasher.updateCounted(stage)
    hasher.update(UInt64(bitPattern: Int64(version)))
    hasher.update(UInt64(arguments.count))
    for argument in arguments {
      hasher.updateCounted(argument.name)
      hasher.update(argument.digest.bytes)
    }
    hasher.update(UInt64(models.count))
    for (name, hash) in models.sorted(by: { $0.key < $1.key }) {
      hasher.updateCounted(name)
      hasher.updateCounted(hash)
    }
    hasher.update(UInt64(files.count))
    for (path, digest) in files.sorted(by: { $0.key < $1.key }) {
      hasher.updateCounted(path)
      hasher.update(digest.bytes)
    }
    hasher.updateCounted(numericMode)
    hasher.updateCounted(program)
    return hasher.finalize()
  }
}

extension Hasher256 {
  /// Adds a text after its length, so that neighbouring texts cannot run into each other.
  func updateCounted(_ text: String) {
    update(UInt64(text.utf8.count))
    update(text)
  }
}
