import Testing

/// What a person reads who gave an option a value that it can't have.
@Suite struct UsageMessageTests {
  private static let kmeans = ["fit", "a.csv", "--method", "kmeans", "-k", "3"]

  @Test(arguments: [
    (kmeans + ["--local-search", "-1"], "--local-search can't be -1: give 0 or more."),
    (kmeans + ["--exchange-rounds", "-1"], "--exchange-rounds can't be -1: give 0 or more."),
    (
      kmeans + ["--init", "c.csv", "--exchange-rounds", "3"],
      "--init gives the first centers, so --seeding, --restarts, --local-search and "
        + "--exchange-rounds don't apply."
    ),
    (
      ["fit", "a.csv", "--method", "gmm", "--exchange-rounds", "3"],
      "--exchange-rounds goes with --method kmeans, not with gmm."
    ),
    (kmeans + ["--restarts", "-2"], "--restarts can't be -2: give 1 or more."),
    (kmeans + ["--max-iterations", "-2"], "--max-iterations can't be -2: give 0 or more."),
    (kmeans + ["--max-iterations", "many"], "--max-iterations can't be \"many\": give a number."),
    (kmeans + ["--tolerance", "-0.5"], "--tolerance can't be -0.5: give 0 or more."),
    (kmeans + ["--tolerance", "x"], "--tolerance can't be \"x\": give a number."),
    (kmeans + ["--seed", "-1"], "--seed can't be -1: give a whole number, 0 or more."),
    (kmeans + ["--seed", "1.5"], "--seed can't be 1.5: give a whole number."),
    (kmeans + ["--seeding", "luck"], "--seeding can't be \"luck\": give splitting, plusplus, "),
    (["fit", "a.csv", "--method", "kmeans", "-k", "-3"], "-k can't be -3: give 1 or more."),
    (["fit", "a.csv", "--method", "kmeans", "-k", "3.5"], "-k can't be 3.5: give a whole number."),
    (
      ["fit", "a.csv", "--method", "kmeans", "-k", "99999999999999999999"],
      "-k can't be 99999999999999999999: give a smaller number."
    ),
    (
      ["fit", "a.csv", "--method", "gmm", "--covariance", "x"],
      "give full, tied, diagonal or spherical."
    ),
    (["fit", "a.csv", "--method", "gmm", "--criterion", "x"], "give bic, aic or icl."),
    (["fit", "a.csv", "--method", "magic"], "--method can't be \"magic\": give auto, ppp, "),
    (
      ["fit", "a.csv", "--scale", "x"],
      "--scale can't be \"x\": give standard, robust, minmax or none."
    ),
    (["fit", "a.csv", "--encoding", "x"], "--encoding can't be \"x\": give utf8 or latin1."),
    (["fit", "a.csv", "--threads", "1000000000000"], "give 1024 or less."),
    (["fit", "a.csv", "--threads", "-1"], "--threads can't be -1: give 1 or more."),
    (["fit", "a.csv", "--threads", "two"], "--threads can't be \"two\": give a number."),
    (["fit", "a.csv", "--raw", "f3:12"], "--raw can't be \"f3:12\": give f4 "),
    (["fit", "a.csv", "--raw", "f4"], "--raw can't be \"f4\": give f4 "),
    (["fit", "a.npy", "--memory", "much"], "--memory can't be \"much\": give a size such as"),
    (["fit", "a.csv", "--delimiter", "ab"], "--delimiter can't be \"ab\": give one character"),
    (["fit", "a.csv", "--columns"], "--columns needs a value: --columns <name>."),
    (["fit", "a.csv", "-o"], "-o needs a value: -o <labels.csv>."),
    (["generate", "blobs", "-k", "-1"], "-k can't be -1: "),
    (["generate", "blobs", "-n", "-5"], "--points can't be -5: "),
    (["generate", "blobs", "--separation", "-1"], "--separation can't be -1.0: "),
    (["generate", "blobs", "--noise", "-.1"], "--noise can't be -0.1: "),
    (
      ["generate", "blobs", "--shape", "x"],
      "--shape can't be \"x\": give spherical, elongated or rotated."
    ),
  ])
  func values(_ arguments: [String], _ words: String) throws {
    let folder = try Folder()
    try folder.write("a.csv", "x,y\n1,2\n3,4\n5,7\n")
    let result = try Command.run(arguments, in: folder)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("clade: "), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
  }

  @Test func helpIsPointedToForTheVerb() throws {
    let folder = try Folder()
    let result = try Command.run(["generate", "blobs", "--shape", "x"], in: folder)
    #expect(result.errors.hasSuffix("See 'clade generate blobs --help'.\n"))
  }

  @Test func negativeNumbersAreValues() throws {
    let folder = try Folder()
    try folder.write("labels.csv", "label\n0\n0\n1\n1\n")
    try folder.write("truth.csv", "truth\n0\n-7\n1\n-8\n")
    let result = try Command.run(
      ["evaluate", "labels.csv", "--truth", "truth.csv", "--truth-noise", "-7", "-8", "--json"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }
}
