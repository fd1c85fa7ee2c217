/// The version of this package, as in its tags: "0.1.0".
public let cladeVersion = "0.1.0"
